"""What the ledger costs and how fast it is checked. Run: PYTHONPATH=tests .venv/bin/python -m bench.ledger [--help]

append   transactions that issue a permit: with its ledger entry, and the same without a ledger; PostgreSQL is real and
         commits are durable. Beside it one transaction with ten entries.
proofs   100,000 entries: how fast the sequencer takes them in, inclusion proofs read from the database, their check.
verify   1,000,000 entries and a checkpoint of them: `rapport ledger verify` from its start to its answer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ClassVar

import asyncpg
import structlog
from pydantic import SecretStr

from bench.report import percentile, report
from compliance.adapters.ledger import recording
from compliance.adapters.proof.tree_store import RememberedTree
from compliance.adapters.unit_of_work import ComplianceUnitOfWork
from compliance.application.ledger import entry_of
from compliance.application.proofs import prove_inclusion
from compliance.domain.case_events import CaseScreened, CaseView
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.permit import Grant, ReleasePermit
from compliance.domain.proof.verifying import inclusion_holds
from compliance.domain.slot import Slot
from shared.contracts.hashing import sha256_of
from shared.db.engine import create_engine
from shared.db.migrations import upgrade
from shared.db.reads import ReadPool
from shared.db.settings import DatabaseSettings
from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.ids import new_id
from support import platform
from support.checkpoint_builders import Kept
from support.compliance_builders import NOW
from support.ledger_builders import Page, engine_of

ROOT = Path(__file__).parents[2]
CONTENT = {"text": "Thank you for sharing the guideline, Lena.", "platform": "mastodon", "type": "thank"}
ROW = {f"column_{number}": f"value {number}" for number in range(20)}
TASKS = 8


async def publish_nothing(_uow: SqlUnitOfWork, _events: Any) -> None:
    """What becomes public is the relay's benchmark."""


def a_permit() -> ReleasePermit:
    grant = Grant(
        permit_id=new_id(),
        action_id=new_id(),
        stakeholder_id="person-1",
        audience="executor-x",
        content=CONTENT,
        content_sha256=sha256_of(CONTENT),
        snapshot_sha256=sha256_of([new_id()]),
        rule_set="0" * 64,
        slot=Slot(NOW, NOW + timedelta(hours=1)),
        token="x" * 700,
        case_version=5,
    )
    return ReleasePermit.issue(grant, Occasion(by=SYSTEM, at=NOW, why="every check passed"), action_version=1)


async def issue(url: str, seconds: float, *, ledger: bool, entries: int) -> int:
    """Transactions committed in this process."""
    engine = create_engine(DatabaseSettings(url=SecretStr(url), pool_size=TASKS), application_name="bench")
    until = time.perf_counter() + seconds
    committed = 0

    def unit_of_work() -> ComplianceUnitOfWork:
        uow = ComplianceUnitOfWork(engine, publish_nothing, {})
        uow._publish = recording(publish_nothing) if ledger else publish_nothing
        return uow

    async def one() -> None:
        nonlocal committed
        while time.perf_counter() < until:
            async with unit_of_work() as uow:
                await uow.permits.add(a_permit())
                if entries > 1:
                    page = Page()
                    for _ in range(entries - 1):
                        page.note()
                    uow.track(page)
                await uow.commit()
            committed += 1

    await asyncio.gather(*(one() for _ in range(TASKS)))
    await engine.dispose()
    return committed


def quiet() -> None:
    """A line per entry is the log's cost, not the ledger's."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def issue_in_process(url: str, seconds: float, ledger: bool, entries: int) -> int:
    return asyncio.run(issue(url, seconds, ledger=ledger, entries=entries))


def append(url: str, *, rounds: int, seconds: float) -> None:
    """Alternating rounds, two writing processes of eight transactions at a time."""
    trigger = "ALTER TABLE permits {} TRIGGER permits_in_the_ledger"
    rates: dict[str, list[float]] = {"without a ledger": [], "with its entry": [], "with ten entries": []}
    kinds = {"without a ledger": (False, 1), "with its entry": (True, 1), "with ten entries": (True, 10)}
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=quiet) as pool:
        for each in [pool.submit(issue_in_process, url, 1.0, True, 1) for _ in range(2)]:
            each.result()  # what a process loads at its start
        for _ in range(rounds):
            for name, (ledger, entries) in kinds.items():
                asyncio.run(platform.execute(url, trigger.format("ENABLE" if ledger else "DISABLE")))
                started = time.perf_counter()
                running = [pool.submit(issue_in_process, url, seconds, ledger, entries) for _ in range(2)]
                done = sum(each.result() for each in running)
                rates[name].append(done / (time.perf_counter() - started))
    for name, found in rates.items():
        entries = kinds[name][1] if kinds[name][0] else 0
        middle = statistics.median(found)
        report(f"append, {name}", {"transactions/s": middle, "entries/s": middle * entries})


class Screened(CaseScreened):
    """As of cases, under a name of their own: there are no rows here that they would tell of."""

    AGGREGATE: ClassVar[str] = "screened"


def entries_of(count: int) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Entries as cases make them, every second with its row."""
    for number in range(count):
        view = CaseView(
            action_id=f"action-{number // 4}",
            version=number % 4 + 1,
            action_version=1,
            stakeholder_id=f"person-{number % 5000}",
            state="in_review",
            verdict="review",
            findings=(),
            content_sha256="c" * 64,
            snapshot_sha256="d" * 64,
            rule_set="e" * 64,
        )
        occasion = Occasion(by=SYSTEM, at=NOW, why="screened")
        event = Screened(
            aggregate_id=view.action_id,
            version=view.version,
            old_state="screening",
            new_state="in_review",
            occasion=occasion,
            case=view,
        )
        entry = entry_of(event, new_id(), row=ROW if number % 2 else None)
        yield _ledger_row(entry), _personal_row(entry)


def _ledger_row(entry: Any) -> tuple[Any, ...]:
    leaf = entry.leaf
    names = ("entry_id", "aggregate", "aggregate_id", "aggregate_version", "what", "old_state", "new_state")
    return (*(leaf[name] for name in names), NOW, entry.written, entry.sha256)


def _personal_row(entry: Any) -> tuple[Any, ...]:
    personal = {name: opening.as_json() for name, opening in entry.personal.items()}
    return (entry.leaf["entry_id"], entry.about, json.dumps(entry.who.as_json()), json.dumps(personal))


async def fill(url: str, count: int) -> None:
    """`count` entries, written as COPY writes them."""
    columns = ("entry_id", "aggregate", "aggregate_id", "aggregate_version", "what", "old_state", "new_state")
    connection = await asyncpg.connect(url)
    made = entries_of(count)
    for start in range(0, count, 10_000):
        batch = [pair for _, pair in zip(range(min(10_000, count - start)), made, strict=False)]
        await connection.copy_records_to_table(
            "ledger", records=[row for row, _ in batch], columns=(*columns, "at", "leaf", "leaf_sha256")
        )
        await connection.copy_records_to_table(
            "ledger_personal", records=[row for _, row in batch], columns=("entry_id", "about", "who", "personal")
        )
    await connection.execute("VACUUM ANALYZE ledger")
    await connection.execute("VACUUM ANALYZE ledger_personal")
    await connection.close()


async def integrate(url: str) -> float:
    async with engine_of(url) as engine:
        started = time.perf_counter()
        await Kept(engine, Path()).sequencer.run()
        return time.perf_counter() - started


async def proofs(url: str, entries: int) -> None:
    await fill(url, entries)
    report("sequencer", {"entries/s": entries / await integrate(url)})
    settings = DatabaseSettings(url=SecretStr(url), pool_size=2)
    making: list[float] = []
    checking: list[float] = []
    spent: list[float] = []
    chance = random.Random(7)
    async with ReadPool(settings, application_name="bench") as reads:
        tree = RememberedTree(reads)
        for _ in range(3_000):
            position = chance.randrange(entries)
            started, before = time.perf_counter(), time.process_time()
            proof = await prove_inclusion(tree, position, entries)
            making.append((time.perf_counter() - started) * 1e6)
            spent.append((time.process_time() - before) * 1e6)
            started = time.perf_counter()
            held = inclusion_holds(index=position, size=entries, leaf=proof.leaf, proof=proof.path, root=proof.root)
            checking.append((time.perf_counter() - started) * 1e6)
            assert held
    measured = {"inclusion proof": making, "of that this process's own time": spent, "its check": checking}
    for name, found in measured.items():
        report(
            f"{name} at {entries:,} entries, us",
            {"best": min(found), "1 of 10": percentile(found, 10), "median": statistics.median(found)},
        )


async def sign(url: str, folder: Path) -> str:
    async with engine_of(url) as engine:
        kept = Kept(engine, folder)
        await kept.checkpoint()
        return kept.verifier


def verify(url: str, entries: int, *, rounds: int, folder: Path) -> None:
    started = time.perf_counter()
    asyncio.run(fill(url, entries))
    report("filled", {"s": time.perf_counter() - started, "integrated s": asyncio.run(integrate(url))})
    key = asyncio.run(sign(url, folder))
    asyncio.run(platform.execute(url, "VACUUM ANALYZE ledger_nodes"))
    command = [str(Path(sys.executable).parent / "rapport"), "ledger", "verify", "--database", url, "--json"]
    command += ["--checkpoints", str(folder / "checkpoints"), "--key", key]
    times: list[float] = []
    spent: list[float] = []
    for _ in range(rounds):
        started, before = time.perf_counter(), _of_children()
        run = subprocess.run(command, check=False, capture_output=True, text=True)
        times.append(time.perf_counter() - started)
        spent.append(_of_children() - before)
        assert '"entries": ' + str(entries) in run.stdout, run.stdout + run.stderr
        assert run.returncode == 0, run.stdout[:1000]
    what = f"full verification of {entries:,} entries, s"
    report(what, {"best": min(times), "median": statistics.median(times), "processor of the command": min(spent)})


def _of_children() -> float:
    """Processor seconds of the processes that have ended; PostgreSQL's are not among them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fresh(server: str, name: str) -> str:
    asyncio.run(platform.execute(server, f"CREATE DATABASE {name}"))
    url = f"{server.rpartition('/')[0]}/{name}"
    upgrade(ROOT / "services/compliance/alembic.ini", url)
    return url


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["append", "proofs", "verify"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--entries", type=int, default=1_000_000)
    options = parser.parse_args()
    quiet()
    with tempfile.TemporaryDirectory() as name, platform.postgres(Path(name) / "postgres") as server:
        if "append" in options.parts:
            append(fresh(server, "append"), rounds=options.rounds, seconds=options.seconds)
        if "proofs" in options.parts:
            asyncio.run(proofs(fresh(server, "proofs"), 100_000))
        if "verify" in options.parts:
            verify(fresh(server, "verify"), options.entries, rounds=options.rounds, folder=Path(name))


if __name__ == "__main__":
    main()
