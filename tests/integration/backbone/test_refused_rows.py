from __future__ import annotations

import asyncio

import pytest

from support.backbone import Backbone, admin
from support.running import consumer, eventually, handled, relay, running

pytestmark = pytest.mark.platform


async def test_a_row_too_large_stops_its_own_key_only(service: Backbone) -> None:
    huge = b'{"subject": "bad", "number": 0, "padding": "' + b"x" * 1_100_000 + b'"}'
    await service.write([service.row("good", 0), service.row("bad", 0, payload=huge)])
    await service.write([service.row("bad", 1), service.row("good", 1)])
    async with running(relay(service), consumer(service)):
        assert await handled(service, 2) == [("good", 0), ("good", 1)]
        await asyncio.sleep(1)
        assert len(await service.effects()) == 2, "the row behind the refused one must wait"
        waiting = await service.execute(
            "SELECT attempts, last_error FROM outbox_messages WHERE published_at IS NULL ORDER BY sequence"
        )
        assert waiting[0][0] >= 1
        assert "1000000" in waiting[0][1]
        assert waiting[1] == (0, None)
        await service.execute(
            "UPDATE outbox_messages SET payload = :mended WHERE length(payload) > 1000000",
            mended=b'{"subject": "bad", "number": 0}',
        )
        done = await handled(service, 4)
    assert done[2:] == [("bad", 0), ("bad", 1)]


async def test_a_missing_topic_holds_back_its_own_rows_until_it_is_there(service: Backbone) -> None:
    missing = f"{service.topic}.later"
    await service.write([service.row("key", 0, topic=missing), service.row("key", 0)])
    async with running(relay(service), consumer(service)):
        await handled(service, 1)
        error = "SELECT last_error FROM outbox_messages WHERE published_at IS NULL"
        await eventually(lambda: told(service, error), what="an error an operator can read")
        assert missing in await service.scalar(error)
        async with admin(service.kafka.bootstrap_servers) as client:
            from aiokafka.admin import NewTopic  # noqa: PLC0415 - slow to import

            await client.create_topics([NewTopic(missing, 1, 1)])
            try:
                await eventually(lambda: nothing_waits(service), what="publication after the topic was made")
            finally:
                await client.delete_topics([missing])


async def told(service: Backbone, statement: str) -> bool:
    return await service.scalar(statement) is not None


async def nothing_waits(service: Backbone) -> bool:
    return await service.scalar("SELECT count(*) FROM outbox_messages WHERE published_at IS NULL") == 0


async def test_rows_published_long_ago_are_pruned_and_no_others(service: Backbone) -> None:
    await service.write([service.row("old", 0), service.row("young", 0)])
    async with running(relay(service)):
        await eventually(lambda: nothing_waits(service), what="publication")
    await service.execute(
        "UPDATE outbox_messages SET published_at = now() - interval '8 days' WHERE aggregate_id = 'old'"
    )
    async with running(relay(service)):
        await eventually(lambda: one_left(service), what="pruning")
    assert await service.scalar("SELECT aggregate_id FROM outbox_messages") == "young"


async def one_left(service: Backbone) -> bool:
    return await service.scalar("SELECT count(*) FROM outbox_messages") == 1
