"""One behaviour, two implementations: PostgreSQL and Kafka, and the fake that unit tests use."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

import pytest

from shared.kernel.errors import InvalidTransition, TransientError
from shared.messaging.dead_letters import list_dead_letters, replay
from shared.messaging.replay import Replayer
from shared.messaging.subscription import Handler, Subscription
from shared.testing.broker import MemoryBroker
from support.backbone import Backbone, Counted, backbone, note
from support.running import consumer, eventually, relay, running

Effects = list[tuple[str, int]]


class Bus(Protocol):
    async def publish(self, counts: Sequence[tuple[str, int]]) -> None: ...

    async def effects(self, count: int) -> Effects:
        """Once there are `count` of them."""
        ...

    async def dead(self) -> list[str]:
        """Keys with a dead letter, once there is one."""
        ...

    async def replay(self, key: str) -> bool: ...


class MemoryBus:
    def __init__(self, handler: Handler) -> None:
        self.broker = MemoryBroker([Subscription((Counted,), handler)])

    async def publish(self, counts: Sequence[tuple[str, int]]) -> None:
        self.broker.publish([Counted(subject=key, number=number) for key, number in counts])
        await self.broker.deliver()

    async def effects(self, count: int) -> Effects:
        found = [(row["key"], row["number"]) for _, row in self.broker.rows]
        assert len(found) >= count
        return found

    async def dead(self) -> list[str]:
        return [record.key.decode() for record in self.broker.dead]

    async def replay(self, key: str) -> bool:
        return await self.broker.replay(Counted.TOPIC, key)


class RealBus:
    def __init__(self, service: Backbone) -> None:
        self.service = service

    async def publish(self, counts: Sequence[tuple[str, int]]) -> None:
        await self.service.write([self.service.row(key, number) for key, number in counts])
        await eventually(self._sent, what="publication")
        await self.service.execute("UPDATE outbox_messages SET published_at = NULL")  # everything comes twice
        await eventually(self._sent, what="second publication")

    async def _sent(self) -> bool:
        return not await self.service.scalar("SELECT count(*) FROM outbox_messages WHERE published_at IS NULL")

    async def effects(self, count: int) -> Effects:
        async def enough() -> bool:
            return len(await self.service.effects()) >= count

        await eventually(enough, what=f"{count} effects")
        return await self.service.effects()

    async def dead(self) -> list[str]:
        async def one() -> bool:
            return bool(await list_dead_letters(self.service.database_url))

        await eventually(one, what="a dead letter")
        return [letter.key for letter in await list_dead_letters(self.service.database_url)]

    async def replay(self, key: str) -> bool:
        letters = await list_dead_letters(self.service.database_url)
        letter = next(each for each in letters if each.key == key)
        return await replay(self.service.database_url, letter.consumer, letter.message_id) is None


Open = Callable[[Handler], Any]


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.platform)])
def opened(request: pytest.FixtureRequest) -> Open:
    if request.param == "memory":

        @asynccontextmanager
        async def in_memory(handler: Handler) -> AsyncGenerator[Bus]:
            yield MemoryBus(handler)

        return in_memory
    fresh_database = request.getfixturevalue("fresh_database")
    servers = request.getfixturevalue("kafka_servers")

    @asynccontextmanager
    async def on_real_parts(handler: Handler) -> AsyncGenerator[Bus]:
        async with backbone(fresh_database("suite"), servers) as service:
            runner = consumer(service, handler)
            replayer = Replayer(
                consumer=service.service,
                router=runner.router,
                processor=runner.processor,
                unit_of_work=service.unit_of_work,
                every=0.1,
            )
            async with running(relay(service), runner, replayer):
                yield RealBus(service)

    return on_real_parts


class Raising:
    """Notes every event, but raises first for ("ill", 1), as long as it has errors left."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error, self.left = error, times

    async def __call__(self, event: Counted, envelope: Any, uow: Any) -> None:
        await note(event, envelope, uow)
        if (event.subject, event.number) == ("ill", 1) and self.left > 0:
            self.left -= 1
            raise self.error


THREE_EACH = [(key, number) for number in range(3) for key in ("ill", "well")]


def of(key: str, effects: Effects) -> list[int]:
    return [number for each, number in effects if each == key]


async def test_what_comes_twice_has_one_effect_in_the_order_of_its_key(opened: Open) -> None:
    async with opened(note) as bus:
        await bus.publish(THREE_EACH)
        effects = await bus.effects(6)
    assert of("ill", effects) == of("well", effects) == [0, 1, 2]


async def test_a_transient_error_delays_and_skips_nothing(opened: Open) -> None:
    async with opened(Raising(TransientError("later"), 5)) as bus:
        await bus.publish(THREE_EACH)
        assert of("ill", await bus.effects(6)) == [0, 1, 2]


async def test_a_refusal_undoes_its_own_message_and_moves_on(opened: Open) -> None:
    async with opened(Raising(InvalidTransition("no"), 99)) as bus:
        await bus.publish(THREE_EACH)
        effects = await bus.effects(5)
    assert of("ill", effects) == [0, 2]
    assert of("well", effects) == [0, 1, 2]


async def test_poison_parks_its_key_and_a_replay_frees_it_in_order(opened: Open) -> None:
    handler = Raising(RuntimeError("defect"), 99)
    async with opened(handler) as bus:
        await bus.publish(THREE_EACH)
        assert await bus.dead() == ["ill"]
        assert of("ill", await bus.effects(4)) == [0]
        assert of("well", await bus.effects(4)) == [0, 1, 2]
        assert not await bus.replay("ill")
        assert of("ill", await bus.effects(4)) == [0]
        handler.left = 0
        assert await bus.replay("ill")
        assert of("ill", await bus.effects(6)) == [0, 1, 2]
