"""The release scheduler: actions that are due in the same minute, decided by the deployed worker.

    PYTHONPATH=tests python -m bench.release [--actions 1000] [--rounds 3]

Every round approves `actions` actions with a target, each for another person, whose slots all begin at one moment;
the worker runs already. Then: registry and audit asked over HTTP for each, judged again by the full packaged rules,
caps, ledger, permit signed, outbox, all of it durable. Time is from the moment the slots begin to the last decision.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from datetime import datetime, timedelta
from statistics import median

import asyncpg
import psutil

from bench.gate import FACTS
from bench.gate_worker import Place, Planned, approve, place, states, worker
from bench.report import report
from shared.kernel.clock import SystemClock

LEAD_PER_ACTION = 0.12
"""Seconds that seeding one action takes at most: the slots have to lie ahead until all are approved."""


async def people(at: Place, names: list[str]) -> None:
    connection = await asyncpg.connect(at.url)
    await connection.executemany(
        "INSERT INTO people_view VALUES ($1, 1, $2, false)", [(name, json.dumps(FACTS)) for name in names]
    )
    await connection.close()


async def timed(at: Place, actions: int, turn: int, process: psutil.Process) -> dict[str, float]:
    """Seconds from the start of the slots to the first, the median and the last permit; the worker's processor time."""
    names = [f"due-{turn}-{number}" for number in range(actions)]
    await people(at, names)
    start = SystemClock().now() + timedelta(seconds=10 + LEAD_PER_ACTION * actions)
    planned = [Planned(number=number, person=name, changes={}) for number, name in enumerate(names)]
    ids = await approve(at, planned, (start, start + timedelta(minutes=10)))
    connection = await asyncpg.connect(at.url)
    early = await states(connection, ids)
    if early != {"approved": actions} or SystemClock().now() >= start:
        raise RuntimeError(f"seeding took too long or failed: {early}")
    spent = sum(process.cpu_times()[:2])
    while (now := await states(connection, ids)).get("approved"):
        await asyncio.sleep(0.05)
        if SystemClock().now() - start > timedelta(minutes=2):
            holds = await connection.fetch("SELECT holds::text, count(*) FROM release_holds GROUP BY 1 LIMIT 5")
            raise RuntimeError(f"not all were decided: {now} {[tuple(row) for row in holds]}")
    if now != {"released": actions}:
        raise RuntimeError(f"not all were released: {now}")
    rows = await connection.fetch("SELECT issued_at FROM permits WHERE action_id = ANY($1) ORDER BY issued_at", ids)
    await connection.close()
    used = sum(process.cpu_times()[:2]) - spent
    return {**_seconds([row["issued_at"] for row in rows], start), "worker ms per action": used / actions * 1000}


def _seconds(issued: list[datetime], start: datetime) -> dict[str, float]:
    moments = {"first s": issued[0], "median s": issued[len(issued) // 2], "last s": issued[-1]}
    return {name: (moment - start).total_seconds() for name, moment in moments.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actions", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with place() as at, worker(at) as pid:
        rounds: list[dict[str, float]] = []
        for turn in range(options.rounds):
            rounds.append(asyncio.run(timed(at, options.actions, turn, psutil.Process(pid))))
            report(f"round {turn + 1}, {options.actions} actions", rounds[-1])
    report("median of rounds", {name: median(each[name] for each in rounds) for name in rounds[0]})


if __name__ == "__main__":
    main()
