"""What happens to the records of one partition: transactions, verdicts, parking. Knows no broker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass

import structlog
from opentelemetry.trace import SpanKind

from shared.contracts.envelope import IntegrationEvent
from shared.db.unit_of_work import SqlUnitOfWork
from shared.inbox.guard import claim
from shared.inbox.parking import Cause, park, parked_among
from shared.messaging.dead_letters import bury
from shared.messaging.headers import type_of
from shared.messaging.incoming import Delivery, Record, Router, key_of, to_parked
from shared.messaging.subscription import Foresee, Handler
from shared.messaging.verdicts import Unreadable, Verdict, verdict
from shared.observability import metrics
from shared.observability.causes import described, words_of
from shared.observability.context import MessageContext, message_context
from shared.observability.tracing import is_recording, span

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySettings:
    """`poison_after` attempts make a message poison; delays in seconds, doubling from `first` to `longest`."""

    poison_after: int = 3
    first: float = 0.2
    longest: float = 15.0

    def delay(self, attempt: int) -> float:
        """Seconds to wait after the `attempt`-th failure."""
        return min(self.longest, self.first * 2.0 ** min(max(attempt - 1, 0), 16))


@dataclass(slots=True)
class Progress:
    """How far one partition is: `next_offset` is the first record that is not settled yet."""

    next_offset: int
    stalled: bool = False


_MOST_FORESEEN = 200
"""Events of one transaction whose handler locks ahead: so few that nobody waits for those locks for long."""

Item = Delivery | tuple[Record, Exception]


class Processor:
    """Settles records: handled, refused, skipped, or parked. Never leaves one half done."""

    def __init__(
        self,
        *,
        consumer: str,
        router: Router,
        unit_of_work: Callable[[], SqlUnitOfWork],
        retry: RetrySettings | None = None,
        concurrency: int = 4,
    ) -> None:
        self._consumer = consumer
        self._router = router
        self._unit_of_work = unit_of_work
        self._retry = retry or RetrySettings()
        self._slots = asyncio.Semaphore(concurrency)
        self._turn = asyncio.Lock()

    async def settle(self, records: Sequence[Record], progress: Progress) -> None:
        """Settle the records of one partition in their order, for as long as it takes.

        First all in one transaction; if that fails, one by one, so that only the culprit suffers. `progress` moves
        with every commit, so that a cancelled call leaves behind how far it came.
        """
        items = self._read(records)
        end = records[-1].offset + 1
        if all(isinstance(item, Delivery) for item in items):
            deliveries = [item for item in items if isinstance(item, Delivery)]
            items = await self._in_transactions(deliveries, progress)
        for item in items:
            await self._alone(item, progress)
            progress.next_offset = _record(item).offset + 1
        progress.next_offset = end

    async def _in_transactions(self, deliveries: Sequence[Delivery], progress: Progress) -> list[Item]:
        """Settle as many at once as may be; what is left, from the first transaction that failed on, is answered.

        What fails for a while mostly fails for all: the first waits until it is settled, then they go on together.
        """
        most = _MOST_FORESEEN if any(each.route.foresee for each in deliveries) else max(len(deliveries), 1)
        at, waited = 0, False
        while at < len(deliveries):
            part = deliveries[at : at + most]
            try:
                async with self._turn_of(part):
                    await self._together(part)
            except Exception as error:  # noqa: BLE001 - judged one by one by the caller
                log.info("consumer.batch_failed", records=len(part), error=type(error).__name__)
                if waited or verdict(error) is not Verdict.TRANSIENT:
                    return list(deliveries[at:])
                await self._alone(part[0], progress)
                at, waited = at + 1, True
            else:
                at, waited = at + len(part), False
            progress.next_offset = deliveries[at - 1].record.offset + 1
        return []

    def _read(self, records: Sequence[Record]) -> list[Item]:
        items: list[Item] = []
        for record in records:
            try:
                delivery = self._router.read(record)
            except Exception as error:  # noqa: BLE001 - a record the reader fails over is buried, whatever it is
                items.append((record, error))
            else:
                if delivery is None:
                    metrics.MESSAGES_SKIPPED.labels(topic=record.topic).inc()
                    log.debug("consumer.skipped", topic=record.topic, type=type_of(record.headers))
                else:
                    items.append(delivery)
        return items

    async def _together(self, deliveries: Sequence[Delivery]) -> None:
        """Inbox rows, handlers and what they write: one transaction."""
        if not deliveries:
            return
        topic = deliveries[0].record.topic
        duplicates = 0
        async with self._slots, self._unit_of_work() as uow:
            keys = {delivery.key for delivery in deliveries}
            parked = await parked_among(uow.connection, self._consumer, topic, keys)
            ids = [delivery.id for delivery in deliveries if delivery.key not in parked]
            fresh = await claim(uow.connection, self._consumer, ids)
            await _foresee([each for each in deliveries if each.id in fresh and each.key not in parked], uow)
            for delivery in deliveries:
                if delivery.key in parked:
                    await park(uow.connection, self._consumer, to_parked(delivery.record), None)
                    await _handle(delivery, delivery.route.while_parked, uow, delivery.envelope.traceparent)
                elif delivery.id in fresh:
                    fresh.discard(delivery.id)
                    await self.call(delivery, uow)
                else:
                    duplicates += 1
            await uow.commit()
        if duplicates:
            metrics.INBOX_DUPLICATES.inc(duplicates)

    def _turn_of(self, deliveries: Sequence[Delivery]) -> AbstractAsyncContextManager[None]:
        """One batch that locks ahead at a time: the others would wait inside the database for what it has locked.

        Its handlers keep the process busy anyway; several at once only add up their waiting until the database's own
        limit for it ends all of them, and everything is settled one by one.
        """
        locks_ahead = len(deliveries) > 1 and any(each.route.foresee for each in deliveries)
        return self._turn if locks_ahead else nullcontext()

    async def call(self, delivery: Delivery, uow: SqlUnitOfWork) -> None:
        """Run the handlers in `uow`, as part of the message's conversation; what they record is published with it."""
        envelope = delivery.envelope
        begun = time.perf_counter()
        if is_recording():
            with span(envelope.type, kind=SpanKind.CONSUMER, parent=envelope.traceparent) as traceparent:
                await _handle(delivery, delivery.route.handlers, uow, traceparent)
        else:
            await _handle(delivery, delivery.route.handlers, uow, envelope.traceparent)
        delivery.route.timer.observe(time.perf_counter() - begun)

    async def _alone(self, item: Item, progress: Progress) -> None:
        if not isinstance(item, Delivery):
            record, unreadable = item
            await self._persist(lambda: self._bury(record, unreadable, 1), record, progress)
            return
        attempts = 0
        while True:
            try:
                await self._together([item])
            except Exception as error:  # noqa: BLE001 - whatever a handler raises is judged
                attempts += 1
                if await self._judge(item, error, attempts, progress):
                    return
            else:
                progress.stalled = False
                return

    async def _judge(self, delivery: Delivery, error: Exception, attempts: int, progress: Progress) -> bool:
        """Act on a failure; True when the message is settled."""
        record, kind = delivery.record, delivery.envelope.type
        what = verdict(error)
        if what is Verdict.REFUSED:
            code = getattr(error, "code", "refused")
            log.info("consumer.refused", type=kind, code=code, message_id=delivery.id)
            metrics.HANDLER_REFUSALS.labels(type=kind, code=code).inc()
            await self._persist(lambda: self._keep_claim(delivery), record, progress)
            return True
        if what is Verdict.POISON and attempts >= self._retry.poison_after:
            await self._persist(lambda: self._bury(record, error, attempts), record, progress)
            return True
        metrics.HANDLER_RETRIES.labels(type=kind).inc()
        await self._wait(record, error, attempts, progress)
        return False

    async def _keep_claim(self, delivery: Delivery) -> None:
        async with self._slots, self._unit_of_work() as uow:
            await claim(uow.connection, self._consumer, [delivery.id])
            await uow.commit()

    async def _bury(self, record: Record, error: Exception, attempts: int) -> None:
        cause = Cause(type(error).__name__, words_of(error), attempts)
        async with self._slots, self._unit_of_work() as uow:
            await bury(uow.connection, self._consumer, to_parked(record), cause)
            await uow.commit()
        metrics.DEAD_LETTERS.labels(topic=record.topic).inc()
        log.error(
            "consumer.dead_letter",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            key=key_of(record),
            error=cause.error_class,
            reason=cause.error_message,
            exc_info=_worth_a_trace(error),
        )

    async def _persist(self, work: Callable[[], Awaitable[None]], record: Record, progress: Progress) -> None:
        """Do `work`, again and again: while the database is away, and over a defect of ours until it is mended.

        Skipping the record would lose it and ending the process would only meet it again, so its partition stalls.
        """
        attempts = 0
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - see above
                attempts += 1
                if verdict(error) is not Verdict.TRANSIENT:
                    self._stall(record, error)
                await self._wait(record, error, attempts, progress)
            else:
                progress.stalled = False
                return

    def _stall(self, record: Record, error: Exception) -> None:
        metrics.CONSUMER_STALLS.labels(topic=record.topic).inc()
        log.error(
            "consumer.stalled",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            error=described(error),
            exc_info=error,
        )

    async def _wait(self, record: Record, error: Exception, attempts: int, progress: Progress) -> None:
        progress.stalled = True
        delay = self._retry.delay(attempts)
        log.warning(
            "consumer.retrying",
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            attempt=attempts,
            retry_in=delay,
            error=described(error),
        )
        await asyncio.sleep(delay)


async def _handle(delivery: Delivery, handlers: Sequence[Handler], uow: SqlUnitOfWork, traceparent: str | None) -> None:
    envelope = delivery.envelope
    with message_context(MessageContext(envelope.correlation_id or envelope.id, envelope.id, traceparent)):
        for handler in handlers:
            await handler(delivery.event, envelope, uow)
        if uow.has_recorded:
            await uow.publish_recorded()


async def _foresee(deliveries: Sequence[Delivery], uow: SqlUnitOfWork) -> None:
    wanted: dict[Foresee, list[IntegrationEvent]] = {}
    for delivery in deliveries:
        for foresee in delivery.route.foresee:
            wanted.setdefault(foresee, []).append(delivery.event)
    for foresee, events in wanted.items():
        if len(events) > 1:
            await foresee(events, uow)


def _record(item: Item) -> Record:
    return item.record if isinstance(item, Delivery) else item[0]


def _worth_a_trace(error: Exception) -> Exception | None:
    return None if isinstance(error, Unreadable) else error
