"""Ten thousand histories, or the table of planted bugs: `make soak`, `make soak-planted`."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from compliance.adapters.proof.checks.checkpoints import Signed
from compliance.adapters.proof.checks.database import verify_database
from soak.catching import catch
from soak.coverage import never, table
from soak.databases import Databases
from soak.planted import BUGS, Planted
from soak.running import share_of
from support import platform

ALL_OF_IT = 2_000
"""From so many histories on, a run that does not reach everything fails."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=["histories", "planted"], default="histories")
    parser.add_argument("--histories", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--bugs", default="", help="only planted bugs with these words in their names")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, platform.postgres(Path(folder)) as url:
        databases = Databases(url)
        if given.what == "planted":
            return _planted(databases, [each for each in BUGS if given.bugs in each.what], given)
        return _histories(databases, given.histories, given.seed, given.workers)


def _histories(databases: Databases, histories: int, seed: int, workers: int) -> int:
    print(f"seed {seed}, {histories} histories, {workers} workers", flush=True)
    addresses = [databases.new() for _ in range(workers)]
    share = -(-histories // workers)
    begun, reached, done = time.monotonic(), Counter[str](), 0
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(share_of, address, share, seed + number) for number, address in enumerate(addresses)]
        for each in waiting:
            ran, counted = each.result()
            done, reached = done + ran, reached + counted
    seconds = time.monotonic() - begun
    print(table(reached))
    print(f"{done} histories kept every invariant in {seconds:.0f} s, {done / seconds:.1f} a second (seed {seed})")
    wrong = [str(each) for address in addresses for each in asyncio.run(_ledger(address))]
    unreached = never(reached, everything=histories >= ALL_OF_IT)
    for each in [*wrong, *(f"never reached: {one}" for one in unreached)]:
        print(each)
    return 1 if wrong or unreached else 0


async def _ledger(url: str) -> list[object]:
    """What `rapport ledger verify` finds wrong."""
    result = await verify_database(url, Signed({}, []), processes=1, progress=lambda *_told: None)
    print(f"ledger: {result.entries} entries, {result.rows} rows, {result.found} wrong")
    return list(result.discrepancies)


def _planted(databases: Databases, bugs: Sequence[Planted], given: argparse.Namespace) -> int:
    histories, seed, seeds, missed = int(given.histories), int(given.seed), int(given.seeds), 0
    print("| Planted bug | Invariant | Caught by | Histories until caught: median (all) |\n|---|---|---|---|")
    for bug in bugs:
        caught = [catch(bug, databases.new(), histories=histories, of=seed + number) for number in range(seeds)]
        by = sorted({name for each in caught if each for name in each.by})
        counts = [each.histories if each else histories for each in caught]
        missed += sum(each is None for each in caught)
        told = ", ".join(str(each.histories) if each else f"missed in {histories}" for each in caught)
        print(f"| {bug.what} | {bug.invariants[0]} | {', '.join(by)} | {median(counts):.0f} ({told}) |", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
