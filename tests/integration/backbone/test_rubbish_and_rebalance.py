from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from shared.messaging.dead_letters import list_dead_letters
from shared.messaging.headers import event_headers
from shared.messaging.incoming import LONGEST_KEY_BYTES
from support.backbone import Backbone, Counted, bare_producer, note
from support.running import consumer, eventually, handled, relay, running

pytestmark = pytest.mark.platform

GOOD = event_headers(
    message_id="0198f2a0-0000-7000-8000-000000000001",
    event_type=Counted.TYPE,
    source="test",
    time=datetime(2026, 1, 1, tzinfo=UTC),
    subject="a",
    extra={},
)


def with_id(value: bytes) -> list[tuple[str, bytes]]:
    return [*GOOD[:2], ("ce_id", value), *GOOD[3:]]


def with_null(*names: str) -> list[tuple[str, bytes | None]]:
    return [(name, None if name in names else value) for name, value in GOOD]


RUBBISH: dict[str, tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes | None]]]] = {
    "no headers": (b"r1", b'{"subject": "a", "number": 1}', []),
    "not JSON": (b"r2", b"\x00\xff not json", GOOD),
    "another shape": (b"r3", b'{"subject": 7}', with_id(b"0198f2a0-0000-7000-8000-000000000003")),
    "null value": (b"r4", None, with_id(b"0198f2a0-0000-7000-8000-000000000004")),
    "an id that is none": (b"r5", b"{}", with_id(b"\xfe")),
    "huge": (b"r6", b"[" + b"1," * 480_000 + b"1]", with_id(b"0198f2a0-0000-7000-8000-000000000006")),
    "no key": (None, b"\x80", []),
    "a null type": (b"r7", b"{}", with_null("ce_type", "ce_id")),
    "a null id": (b"r8", b"{}", with_null("ce_id")),
    "nothing but nulls": (b"r9", b"{}", with_null(*dict(GOOD))),
    "a key too long for an index": (random.Random(1).randbytes(60_000), b"{}", []),
    "endless words": (b"r10", b"{}", [("correlationid", b"x" * 900_000), ("ce_id", None)]),
    "an unprintable key": (b"\x00\xff\xed\xa0\x80", b"\x00", [("ce_type", b"\x00\xff")]),
}


async def test_rubbish_on_a_topic_is_buried_and_stops_nobody(service: Backbone) -> None:
    async with bare_producer(service.kafka) as producer:
        for key, value, headers in RUBBISH.values():
            await producer.send_and_wait(service.topic, value, key=key, headers=headers)
        unknown = [*GOOD[:3], ("ce_type", b"test.thing.of_the_future.v9"), *GOOD[4:]]
        await producer.send_and_wait(service.topic, b"\xff", key=b"future", headers=unknown)
    await service.write([service.row("fine", number) for number in range(3)])
    async with running(relay(service), consumer(service)):
        assert await handled(service, 3) == [("fine", 0), ("fine", 1), ("fine", 2)]

        async def buried() -> bool:
            return len(await list_dead_letters(service.database_url)) == len(RUBBISH)

        async def told() -> bool:
            return await service.scalar("SELECT count(*) FROM outbox_messages WHERE published_at IS NULL") == 0

        await eventually(buried, what="dead letters")
        await eventually(told, what="publication of the dead letters")
    letters = await list_dead_letters(service.database_url)
    assert {letter.error_class for letter in letters} == {"Unreadable"}
    assert all("\x00" not in letter.key for letter in letters)
    assert max(len(letter.key.encode()) for letter in letters) <= LONGEST_KEY_BYTES


async def test_unreadable_records_of_one_batch_do_not_share_an_id(service: Backbone) -> None:
    async with bare_producer(service.kafka) as producer:
        for number in range(5):
            await producer.send_and_wait(service.topic, b"%d" % number, key=b"same", headers=[])
    async with running(consumer(service)):

        async def buried() -> bool:
            return len(await list_dead_letters(service.database_url)) == 5

        await eventually(buried, what="five dead letters")


async def test_a_second_member_takes_its_share_and_gives_it_back_without_loss(service: Backbone) -> None:
    async def slowly(event: Counted, envelope: object, uow: object) -> None:
        await asyncio.sleep(0.002)
        await note(event, envelope, uow)  # type: ignore[arg-type] - the test's own unit of work

    first, second = consumer(service, slowly), consumer(service, slowly)

    async def write() -> None:
        for number in range(120):
            await service.write([service.row(f"key-{key}", number) for key in range(12)])
            await asyncio.sleep(0.03)

    async with running(relay(service), first):
        writing = asyncio.create_task(write())
        await handled(service, 50)
        async with running(second):
            await asyncio.sleep(2.5)
        await writing
        done = await handled(service, 1440, within=60)
    assert len(done) == len(set(done)) == 1440
    for key in range(12):
        assert [number for name, number in done if name == f"key-{key}"] == list(range(120))


async def test_a_message_that_comes_twice_has_one_effect(service: Backbone) -> None:
    row = service.row("key", 1)
    await service.write([row])
    async with running(relay(service), consumer(service)):
        await handled(service, 1)
        await service.execute("UPDATE outbox_messages SET published_at = NULL")
        await service.write([service.row("key", 2)])
        assert await handled(service, 2) == [("key", 1), ("key", 2)]
