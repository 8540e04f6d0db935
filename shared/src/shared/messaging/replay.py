"""Replays parked keys on request: the dead message again, then those behind it, each in a transaction of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from shared.db.unit_of_work import SqlUnitOfWork
from shared.inbox import parking
from shared.inbox.guard import claim
from shared.inbox.parking import Cause, ParkedMessage
from shared.messaging.incoming import Router
from shared.messaging.processing import Processor
from shared.messaging.verdicts import Verdict, verdict
from shared.observability import metrics
from shared.observability.causes import described, words_of

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _AsRecord:
    """A parked message in the shape the router reads."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes | None
    headers: list[tuple[str, bytes | None]]
    timestamp: int = 0


class Replayer:
    """Looks for requested keys every `every` seconds and frees them in order; a transient error waits for the next."""

    def __init__(
        self,
        *,
        consumer: str,
        router: Router,
        processor: Processor,
        unit_of_work: Callable[[], SqlUnitOfWork],
        every: float = 1.0,
    ) -> None:
        self._consumer = consumer
        self._router = router
        self._processor = processor
        self._unit_of_work = unit_of_work
        self._every = every
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End `run` after the key at hand."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping.is_set():
            try:
                await self.replay_requested()
            except Exception as error:
                worth = None if verdict(error) is Verdict.TRANSIENT else error
                log.warning("replay.interrupted", exc_info=worth, error=described(error), retry_in=self._every)
            await self._pause()

    async def replay_requested(self) -> None:
        """Replay every key that was asked for, and measure what stays parked."""
        async with self._unit_of_work() as uow:
            keys = await parking.requested(uow.connection, self._consumer)
            parked = await parking.counts(uow.connection, self._consumer)
        for topic in self._router.topics:
            metrics.PARKED_KEYS.labels(topic=topic).set(parked.get(topic, 0))
        for topic, key in keys:
            await self._free(topic, key)

    async def _free(self, topic: str, key: str) -> None:
        """Replay one key. A defect in doing so keeps its request and no other key from being freed."""
        try:
            while await self._next(topic, key):
                pass
        except Exception as error:
            if verdict(error) is Verdict.TRANSIENT:
                raise
            log.exception("replay.stalled", topic=topic, key=key)

    async def _next(self, topic: str, key: str) -> bool:
        """Handle the oldest parked message of the key; False when the key is free or its head failed again."""
        message: ParkedMessage | None = None
        try:
            async with self._unit_of_work() as uow:
                message = await parking.next_of(uow.connection, self._consumer, topic, key)
                if message is not None:
                    await self._handle(message, uow)
                    await parking.free(uow.connection, self._consumer, message.message_id)
                else:
                    await parking.free_key(uow.connection, self._consumer, topic, key)
                await uow.commit()
        except Exception as error:
            if message is None:
                raise
            return await self._judge(message, error)
        log.info("replay.handled" if message else "replay.key_free", topic=topic, key=key)
        return message is not None

    async def _handle(self, message: ParkedMessage, uow: SqlUnitOfWork) -> None:
        delivery = self._router.read(_as_record(message))
        if delivery is None:
            log.warning("replay.nobody_handles", topic=message.topic, key=message.key)
        elif await claim(uow.connection, self._consumer, [delivery.id]):
            await self._processor.call(delivery, uow)

    async def _judge(self, message: ParkedMessage, error: Exception) -> bool:
        """Whether the key goes on: after a refusal yes, after another failure no."""
        what = verdict(error)
        if what is Verdict.TRANSIENT:
            raise error
        cause = Cause(type(error).__name__, parking.printable(words_of(error)), 1)
        log.warning("replay.failed", topic=message.topic, key=message.key, verdict=what, error=cause.error_class)
        async with self._unit_of_work() as uow:
            if what is Verdict.REFUSED:
                await claim(uow.connection, self._consumer, [message.message_id])
                await parking.free(uow.connection, self._consumer, message.message_id)
            else:
                await parking.still_dead(uow.connection, self._consumer, message, cause)
            await uow.commit()
        return what is Verdict.REFUSED

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._every):
                await self._stopping.wait()
        except TimeoutError:
            return


def _as_record(message: ParkedMessage) -> _AsRecord:
    return _AsRecord(
        message.topic,
        message.partition,
        message.offset,
        message.key.encode(),
        message.payload,
        list(message.headers),
    )
