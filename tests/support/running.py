"""Run parts of the backbone inside a test, and wait for what they do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from shared.messaging.consumer import ConsumerRunner, ConsumerSettings
from shared.messaging.processing import RetrySettings
from shared.messaging.producer import KafkaPublisher
from shared.messaging.subscription import Handler, Subscription
from shared.outbox.relay import OutboxRelay, RelaySettings
from support.backbone import Backbone, note


class Part(Protocol):
    async def run(self) -> None: ...
    def stop(self) -> None: ...


@asynccontextmanager
async def running(*parts: Part) -> AsyncGenerator[None]:
    """The parts run during the block and stop gracefully after it; a part that failed fails the test."""
    tasks = [asyncio.create_task(part.run()) for part in parts]
    try:
        yield
    finally:
        for part in parts:
            part.stop()
        async with asyncio.timeout(30):
            await asyncio.gather(*tasks)


async def eventually(holds: Callable[[], Awaitable[bool]], *, within: float = 30.0, what: str = "it") -> None:
    """Wait until `holds`; fail with `what` after `within` seconds."""
    try:
        async with asyncio.timeout(within):
            while not await holds():
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"{what} did not happen within {within} s") from None


def relay(service: Backbone, **settings: float) -> OutboxRelay:
    return OutboxRelay(
        service.database_url,
        KafkaPublisher(service.kafka, client_id="test"),
        RelaySettings(**settings),  # type: ignore[arg-type] - plain numbers
    )


def consumer(
    service: Backbone, handler: Handler = note, *, retry: RetrySettings | None = None, name: str | None = None
) -> ConsumerRunner:
    return ConsumerRunner(
        service=name or service.service,
        kafka=service.kafka,
        subscriptions=[Subscription((service.contract,), handler)],
        unit_of_work=service.unit_of_work,
        settings=ConsumerSettings(retry=0.2),
        retry=retry or RetrySettings(first=0.05, longest=0.5),
    )


async def handled(service: Backbone, count: int, *, within: float = 30.0) -> list[tuple[str, int]]:
    """The effects, once there are `count` of them."""

    async def enough() -> bool:
        return len(await service.effects()) >= count

    await eventually(enough, within=within, what=f"{count} effects")
    return await service.effects()
