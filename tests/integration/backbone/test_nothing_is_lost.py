from __future__ import annotations

import asyncio
import random
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack

import pytest

from support.backbone import Backbone, connect, outbox
from support.backbone_process import kill, start
from support.running import consumer, handled, relay, running

pytestmark = pytest.mark.platform


def expect_all_once_and_in_order(done: Sequence[tuple[str, int]], keys: int, numbers: int) -> None:
    expected = [(f"key-{key}", number) for key in range(keys) for number in range(numbers)]
    assert len(done) == len(set(done)), "something was handled twice"
    assert not set(expected) - set(done), "something was lost"
    for key in range(keys):
        assert [number for name, number in done if name == f"key-{key}"] == list(range(numbers))


async def overlapping_writers(service: Backbone, *, writers: int, rows: int) -> None:
    """Each draws its sequence numbers at once and commits at a moment of its own."""
    chance = random.Random(7)

    async def write(key: str) -> None:
        for number in range(rows):
            async with service.engine.begin() as connection:
                await connection.execute(outbox.insert(), [service.row(key, number)])
                await asyncio.sleep(chance.random() * 0.02)

    await asyncio.gather(*(write(f"key-{each}") for each in range(writers)))


async def naive_reader(service: Backbone, stop: asyncio.Event) -> set[tuple[str, int]]:
    """What one writes without thinking of late commits: it remembers the highest sequence it has seen."""
    seen = set[tuple[str, int]]()
    connection = await connect(service.database_url)
    cursor, ended = 0, False
    while not ended:
        ended = stop.is_set()
        rows = await connection.fetch(
            "SELECT sequence, aggregate_id, payload FROM outbox_messages WHERE sequence > $1 ORDER BY sequence", cursor
        )
        for row in rows:
            cursor = row["sequence"]
            event = service.contract.model_validate_json(row["payload"])
            seen.add((event.subject, event.number))
        await asyncio.sleep(0.002)
    await connection.close()
    return seen


async def test_rows_that_commit_late_reach_us_while_a_reader_with_a_cursor_loses_some(service: Backbone) -> None:
    stop = asyncio.Event()
    naive = asyncio.create_task(naive_reader(service, stop))
    async with running(relay(service), consumer(service)):
        await overlapping_writers(service, writers=8, rows=60)
        done = await handled(service, 480)
    stop.set()
    expect_all_once_and_in_order(done, 8, 60)
    lost = set(done) - await naive
    assert lost, "the checker must catch the reader that loses rows"


@pytest.mark.parametrize("victim", ["relay", "consumer"])
async def test_killing_a_process_again_and_again_loses_nothing_and_repeats_nothing(
    service: Backbone, victim: str
) -> None:
    chance = random.Random(victim)
    with ExitStack() as stack:
        processes = {role: start(role, service) for role in ("relay", "consumer")}
        stack.callback(lambda: [kill(process) for process in processes.values()])
        writing = asyncio.create_task(steady_writes(service, keys=20, rows=150))
        for _ in range(3):
            await asyncio.sleep(1.5 + chance.random())
            await asyncio.to_thread(kill, processes[victim])
            processes[victim] = start(victim, service)
        await writing
        done = await handled(service, 3000, within=60)
    expect_all_once_and_in_order(done, 20, 150)


async def steady_writes(service: Backbone, *, keys: int, rows: int) -> None:
    for number in range(rows):
        await service.write([service.row(f"key-{key}", number) for key in range(keys)])
        await asyncio.sleep(0.04)


async def test_of_two_relays_one_leads_and_the_other_takes_over_when_it_is_killed(service: Backbone) -> None:
    first = await asyncio.to_thread(start, "relay", service)
    try:
        await service.write([service.row("key-0", 0)])
        async with running(consumer(service)):
            await handled(service, 1)
            second = relay(service)
            async with running(second):
                await asyncio.sleep(1.5)
                assert not second.leading
                kill(first)
                for number in range(1, 5):
                    await service.write([service.row("key-0", number)])
                expect_all_once_and_in_order(await handled(service, 5), 1, 5)
                assert second.leading
    finally:
        subprocess.Popen.kill(first)


async def test_a_relay_whose_session_is_ended_stops_leading_and_comes_back(service: Backbone) -> None:
    leader = relay(service, retry=0.2)
    async with running(leader, consumer(service)):
        await service.write([service.row("key-0", 0)])
        await handled(service, 1)
        await service.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        await service.write([service.row("key-0", 1)])
        expect_all_once_and_in_order(await handled(service, 2), 1, 2)
