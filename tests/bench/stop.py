"""A stop: from the event that somebody opted out to everything for them being paused, through the deployed worker.

    PYTHONPATH=tests python -m bench.stop [--people 30]

Each person has an approved action in every function of ours, and one more whose permit is issued. Their opt-out is
put on `registry.stakeholder`, one person after the other; time is from handing the event to the producer to the moment
when no action of theirs may go out any more and the permit is stopped, as another connection sees it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg

from bench.gate import FACTS
from bench.gate_worker import Place, Planned, approve, place, states, worker
from bench.report import percentile, report
from shared.contracts.registry import StakeholderUpdatedV1
from shared.kernel.clock import SystemClock
from shared.kernel.ids import new_id
from shared.messaging.producer import KafkaPublisher
from shared.messaging.settings import KafkaSettings
from shared.outbox.rows import OutboxRow

FUNCTIONS = ("medical", "communications", "advocacy", "digital", "marketing")


async def seed(at: Place, people: Sequence[str]) -> dict[str, list[str]]:
    """What each person has queued, the one to be released last."""
    connection = await asyncpg.connect(at.url)
    await connection.executemany(
        "INSERT INTO people_view VALUES ($1, 1, $2, false)", [(name, json.dumps(FACTS)) for name in people]
    )
    await connection.executemany(
        "INSERT INTO engagers_view VALUES ($1, 1, $2, $3)",
        [
            (
                f"engager-{function}",
                json.dumps({"function": function, "relation": "employee", "trained_until": "2030-01-01"}),
                json.dumps(["x", "linkedin", "mastodon"]),
            )
            for function in FUNCTIONS
        ],
    )
    await connection.close()
    now = SystemClock().now()
    later = [
        Planned(number=3 * number, person=name, changes={"actor": {"id": f"engager-{function}", "function": function}})
        for name in people
        for number, function in enumerate(FUNCTIONS)
    ]
    due = [Planned(number=0, person=name, changes={}) for name in people]
    queued = await approve(at, later, (now + timedelta(days=1), now + timedelta(days=2)))
    start = SystemClock().now() + timedelta(seconds=5 + len(people) * 0.3)
    released = await approve(at, due, (start, start + timedelta(hours=2)))
    await _until_released(at, released)
    size = len(FUNCTIONS)
    return {name: [*queued[at * size : (at + 1) * size], released[at]] for at, name in enumerate(people)}


async def _until_released(at: Place, actions: Sequence[str]) -> None:
    connection = await asyncpg.connect(at.url)
    while (await states(connection, actions)).get("released") != len(actions):
        await asyncio.sleep(0.2)
    await connection.close()


async def timed(at: Place, everybody: dict[str, list[str]]) -> list[float]:
    """Seconds per person."""
    publisher = KafkaPublisher(KafkaSettings(bootstrap_servers=at.kafka), client_id="bench")
    await publisher.start()
    connection = await asyncpg.connect(at.url)
    taken: list[float] = []
    for number, (name, actions) in enumerate(everybody.items()):
        await asyncio.sleep(0.2)
        began = time.perf_counter()
        await publisher.publish([_opted_out(number, name)])
        while not await _all_stopped(connection, actions):
            await asyncio.sleep(0.002)
        taken.append(time.perf_counter() - began)
    await connection.close()
    await publisher.stop()
    return taken


async def _all_stopped(connection: asyncpg.Connection[asyncpg.Record], actions: Sequence[str]) -> bool:
    if await states(connection, actions) != {"paused": len(actions)}:
        return False
    query = "SELECT count(*) FROM permits WHERE action_id = ANY($1) AND state <> 'stopped'"
    return await connection.fetchval(query, actions) == 0


def _opted_out(number: int, name: str) -> OutboxRow:
    event = StakeholderUpdatedV1(stakeholder_id=name, version=2, name="Lena Falk", **{**FACTS, "opted_out": True})
    headers = {"source": "registry", "correlationid": new_id()}
    payload = event.model_dump_json().encode()
    now = SystemClock().now()
    return OutboxRow(number, UUID(new_id()), event.TOPIC, event.key, event.TYPE, payload, headers, now, 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=30)
    options = parser.parse_args()
    with place() as at, worker(at):
        everybody = asyncio.run(seed(at, [f"stop-{number}" for number in range(options.people)]))
        taken = [each * 1000 for each in asyncio.run(timed(at, everybody))]
    figures = {"median ms": percentile(taken, 50), "p99 ms": percentile(taken, 99), "longest ms": max(taken)}
    report(f"{options.people} people, {len(FUNCTIONS)} functions and a permit each", figures)


if __name__ == "__main__":
    main()
