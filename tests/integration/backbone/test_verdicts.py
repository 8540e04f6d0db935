from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from shared.inbox.parking import is_unknown
from shared.kernel.errors import InvalidTransition, NotFound, TransientError
from shared.messaging.consumer import ConsumerRunner
from shared.messaging.dead_letters import dead_letter_topic, list_dead_letters, replay, show_dead_letter
from shared.messaging.replay import Replayer
from shared.observability.context import current_message
from support.backbone import Backbone, Counted, note
from support.running import consumer, eventually, handled, relay, running

pytestmark = pytest.mark.platform


class Handler:
    """Notes every event, except that it raises `error` for number 1 of the key "ill" until it is mended."""

    def __init__(self, error: Exception, *, times: int | None = None) -> None:
        self.error = error
        self.times = times
        self.calls: list[tuple[str, int]] = []
        self.causes = set[str | None]()

    async def __call__(self, event: Counted, envelope: Any, uow: Any) -> None:
        self.calls.append((event.subject, event.number))
        await note(event, envelope, uow)
        self.causes.add(current_message().message_id)
        if (event.subject, event.number) == ("ill", 1) and self.times != 0:
            if self.times is not None:
                self.times -= 1
            raise self.error

    def mend(self) -> None:
        self.times = 0


async def write_both_keys(service: Backbone, numbers: range) -> None:
    for number in numbers:
        await service.write([service.row("ill", number), service.row("well", number)])


def replayer(service: Backbone, runner: ConsumerRunner) -> Replayer:
    return Replayer(
        consumer=service.service,
        router=runner.router,
        processor=runner.processor,
        unit_of_work=service.unit_of_work,
        every=0.1,
    )


def of(key: str, done: list[tuple[str, int]]) -> list[int]:
    return [number for each, number in done if each == key]


async def test_a_transient_error_is_retried_until_it_passes_and_nothing_is_skipped(service: Backbone) -> None:
    handler = Handler(TransientError("not yet"), times=4)
    await write_both_keys(service, range(3))
    async with running(relay(service), consumer(service, handler)):
        done = await handled(service, 6)
    assert of("ill", done) == [0, 1, 2]
    assert of("well", done) == [0, 1, 2]
    assert handler.calls.count(("ill", 1)) >= 5
    assert None not in handler.causes


async def test_a_refusal_by_a_rule_is_remembered_and_holds_nobody_up(service: Backbone) -> None:
    handler = Handler(InvalidTransition("too late"))
    await write_both_keys(service, range(3))
    async with running(relay(service), consumer(service, handler)):
        done = await handled(service, 5)
        await asyncio.sleep(0.5)
    assert of("ill", done) == [0, 2], "what the refused handler wrote is rolled back"
    assert of("well", done) == [0, 1, 2]
    assert await service.scalar("SELECT count(*) FROM inbox_messages") == 6
    assert await service.scalar("SELECT count(*) FROM parked_keys") == 0


async def test_a_handler_that_fails_leaves_no_inbox_row_behind(service: Backbone) -> None:
    handler = Handler(RuntimeError("a defect"))
    await service.write([service.row("ill", 1)])
    async with running(relay(service), consumer(service, handler)):
        await eventually(lambda: letters(service, 1), what="a dead letter")
    assert await service.effects() == []
    assert await service.scalar("SELECT count(*) FROM inbox_messages") == 0


async def letters(service: Backbone, count: int) -> bool:
    return len(await list_dead_letters(service.database_url)) == count


async def test_a_poison_message_is_dead_lettered_its_key_waits_and_a_replay_frees_both(service: Backbone) -> None:
    handler = Handler(RuntimeError("a defect"))
    runner = consumer(service, handler)
    await write_both_keys(service, range(4))
    async with running(relay(service), runner, replayer(service, runner)):
        await handled(service, 5)
        await eventually(lambda: letters(service, 1), what="a dead letter")
        await eventually(lambda: behind(service, 2), what="two messages parked behind")
        assert of("well", await service.effects()) == [0, 1, 2, 3]
        assert of("ill", await service.effects()) == [0]
        async with service.engine.connect() as connection:
            assert await is_unknown(connection, service.topic, "ill")
            assert not await is_unknown(connection, service.topic, "well")
        (letter,) = await list_dead_letters(service.database_url)
        assert (letter.error_class, letter.error_message, letter.attempts) == ("RuntimeError", "a defect", 3)
        headers = await dead_letter_headers(service)
        assert headers["original-topic"] == service.topic.encode()
        assert headers["error-class"] == b"RuntimeError"

        again = await replay(service.database_url, service.service, letter.message_id)
        assert again is not None
        assert again.message_id == letter.message_id
        assert of("ill", await service.effects()) == [0], "a replay that fails frees nothing"

        handler.mend()
        assert await replay(service.database_url, service.service, letter.message_id) is None
        assert of("ill", await service.effects()) == [0, 1, 2, 3]
        await service.write([service.row("ill", 4)])
        assert of("ill", await handled(service, 9)) == [0, 1, 2, 3, 4]
        async with service.engine.connect() as connection:
            assert not await is_unknown(connection, service.topic, "ill")
    with pytest.raises(NotFound):
        await show_dead_letter(service.database_url, letter.message_id)


async def behind(service: Backbone, count: int) -> bool:
    (letter,) = await list_dead_letters(service.database_url)
    return letter.behind == count


async def dead_letter_headers(service: Backbone) -> dict[str, bytes]:
    reader = AIOKafkaConsumer(
        dead_letter_topic(service.topic, service.service),
        bootstrap_servers=service.kafka.bootstrap_servers,
        auto_offset_reset="earliest",
    )
    await reader.start()
    try:
        async with asyncio.timeout(10):
            record = await reader.getone()
    finally:
        await reader.stop()
    return dict(record.headers)


async def test_a_dead_letter_that_can_never_be_handled_is_discarded_and_the_rest_goes_on(service: Backbone) -> None:
    runner = consumer(service, Handler(RuntimeError("a defect")))
    await write_both_keys(service, range(3))
    async with running(relay(service), runner, replayer(service, runner)):
        await eventually(lambda: letters(service, 1), what="a dead letter")
        (letter,) = await list_dead_letters(service.database_url)
        assert await replay(service.database_url, service.service, letter.message_id, discard=True) is None
        assert of("ill", await handled(service, 5)) == [0, 2]
