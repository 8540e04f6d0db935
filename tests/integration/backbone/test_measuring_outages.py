from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError
from prometheus_client import REGISTRY

from shared.kernel.errors import TransientError, Unavailable
from shared.messaging.consumer import ConsumerRunner, ConsumerSettings
from shared.messaging.processing import RetrySettings
from shared.messaging.subscription import Subscription
from shared.outbox.relay import OutboxRelay, RelaySettings
from shared.outbox.rows import BrokerUnreachable, OutboxRow, Outcome
from support.backbone import Backbone, note
from support.running import eventually, handled, relay, running

pytestmark = pytest.mark.platform


class Away:
    """A broker that cannot be reached, or takes what it is sent and never answers."""

    def __init__(self, *, silent: bool) -> None:
        self.silent = silent

    async def start(self) -> None:
        if not self.silent:
            raise BrokerUnreachable("nobody there")

    async def publish(self, rows: Sequence[OutboxRow]) -> list[Outcome]:
        await asyncio.sleep(3600)
        raise AssertionError(len(rows))

    async def stop(self) -> None: ...

    async def abort(self) -> None: ...


def sample(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def oldest() -> float:
    return sample("rapport_outbox_oldest_seconds") or 0.0


@pytest.mark.parametrize("silent", [False, True])
async def test_the_age_of_the_outbox_grows_while_the_broker_is_away(service: Backbone, silent: bool) -> None:
    await service.write([service.row("a", 1)])
    settings = RelaySettings(observe=0.1, retry=0.1, heartbeat=0.1, stop_within=0.1)
    away = OutboxRelay(service.database_url, Away(silent=silent), settings)

    async def grown() -> bool:
        return oldest() > before + 0.3

    before = 0.0
    async with running(away):
        for _ in range(2):
            await eventually(grown, what="an older outbox")
            before = oldest()
    assert math.isnan(oldest()), "who does not lead does not know"


def measuring(service: Backbone, handler: Any) -> ConsumerRunner:
    return ConsumerRunner(
        service=service.service,
        kafka=service.kafka,
        subscriptions=[Subscription((service.contract,), handler)],
        unit_of_work=service.unit_of_work,
        settings=ConsumerSettings(retry=0.2, measure=0.1),
        retry=RetrySettings(first=0.05, longest=0.2),
    )


def lag(service: Backbone) -> float | None:
    each = [sample("rapport_consumer_lag", topic=service.topic, partition=str(number)) for number in range(6)]
    return None if all(value is None for value in each) else sum(value or 0 for value in each)


async def test_the_lag_of_a_partition_that_waits_grows_and_is_dropped_with_the_partition(service: Backbone) -> None:
    mended = asyncio.Event()

    async def waiting(event: Any, envelope: Any, uow: Any) -> None:
        if not mended.is_set():
            raise TransientError("not yet")
        await note(event, envelope, uow)

    async def behind() -> bool:
        return lag(service) == expected

    expected = 3
    async with running(relay(service), measuring(service, waiting)):
        await service.write([service.row("a", number) for number in range(3)])
        await eventually(behind, what="a lag of 3")
        expected = 7
        await service.write([service.row("a", number) for number in range(3, 7)])
        await eventually(behind, what="a lag of 7")
        mended.set()
        await handled(service, 7)
        expected = 0
        await eventually(behind, what="no lag")
    assert lag(service) is None


class Watched(ConsumerRunner):
    """Keeps the client that it made, so that a test can cut it off."""

    made: Any = None

    def _consumer(self) -> Any:
        self.made = super()._consumer()
        return self.made


async def test_a_worker_is_not_ready_while_the_broker_does_not_answer(service: Backbone) -> None:
    runner = Watched(
        service=service.service,
        kafka=service.kafka,
        subscriptions=[Subscription((service.contract,), note)],
        unit_of_work=service.unit_of_work,
    )
    with pytest.raises(Unavailable):
        await runner.ping()

    async def answers() -> bool:
        try:
            await runner.ping()
        except Unavailable:
            return False
        return True

    async def nobody() -> set[str]:
        raise KafkaConnectionError("gone")

    async with running(runner):
        await eventually(answers, what="a connection")
        runner.made.topics = nobody
        with pytest.raises(KafkaConnectionError):
            await runner.ping()
    with pytest.raises(Unavailable):
        await runner.ping()
