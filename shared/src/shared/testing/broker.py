"""An in-memory stand-in for outbox, broker, inbox and parking, for unit tests only.

As unfriendly as the real one: everything is delivered twice by default, a failing handler leaves nothing behind, and
a message that cannot be handled parks its key. `tests/contract` runs one suite on this and on the real parts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table

from shared.contracts.envelope import IntegrationEvent
from shared.kernel.ids import new_id
from shared.messaging.headers import event_headers
from shared.messaging.incoming import Delivery, Router
from shared.messaging.subscription import Handler, Subscription
from shared.messaging.verdicts import Unreadable, Verdict, verdict
from shared.observability.context import MessageContext, message_context

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class MemoryUnitOfWork:
    """Collects staged rows; the broker keeps them only if the handler returns."""

    rows: list[tuple[Table, dict[str, Any]]] = field(default_factory=list[tuple[Table, dict[str, Any]]])

    def stage(self, table: Table, row: dict[str, Any]) -> None:
        """Remember `row` for when the message is settled."""
        self.rows.append((table, row))


@dataclass(frozen=True, slots=True)
class MemoryRecord:
    """One message as the router reads it."""

    topic: str
    offset: int
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]
    partition: int = 0
    timestamp: int = 0


class MemoryBroker:
    """Publishes events and hands them to the subscriptions of one service, in order, `deliveries` times each."""

    def __init__(self, subscriptions: Sequence[Subscription], *, deliveries: int = 2, poison_after: int = 3) -> None:
        self._router = Router(subscriptions)
        self._deliveries = deliveries
        self._poison_after = poison_after
        self._waiting: deque[MemoryRecord] = deque()
        self._inbox: set[str] = set()
        self._parked: dict[tuple[str, bytes], list[MemoryRecord]] = {}
        self._offset = 0
        self.rows: list[tuple[Table, dict[str, Any]]] = []
        self.dead: list[MemoryRecord] = []

    def publish(self, events: Sequence[IntegrationEvent], *, source: str = "test") -> None:
        """Put `events` on their topics."""
        for event in events:
            self._offset += 1
            headers = event_headers(
                message_id=new_id(), event_type=event.TYPE, source=source, time=_EPOCH, subject=event.key, extra={}
            )
            value = event.model_dump_json().encode()
            record = MemoryRecord(event.TOPIC, self._offset, event.key.encode(), value, headers)
            self._waiting.extend([record] * self._deliveries)

    async def deliver(self) -> None:
        """Deliver until nothing waits. A transient error puts the message back in front of everything."""
        while self._waiting:
            record = self._waiting.popleft()
            behind = self._parked.get((record.topic, record.key))
            if behind is not None:
                behind.append(record)
                await self._while_parked(self._router.read(record))
            else:
                await self._handle(record)

    async def replay(self, topic: str, key: str) -> bool:
        """Handle the parked messages of a key in order; False when its head fails again."""
        records = self._parked.pop((topic, key.encode()), [])
        self._waiting.extendleft(reversed(records))
        await self.deliver()
        return (topic, key.encode()) not in self._parked

    def is_unknown(self, topic: str, key: str) -> bool:
        """Whether messages of the key are parked."""
        return (topic, key.encode()) in self._parked

    async def _handle(self, record: MemoryRecord) -> None:
        attempts = 0
        while True:
            attempts += 1
            try:
                await self._once(self._router.read(record))
            except Exception as error:  # noqa: BLE001 - every error gets its verdict, as in the real processor
                what = verdict(error)
                if what is Verdict.REFUSED:
                    self._inbox.add(_id(record))
                elif what is Verdict.TRANSIENT or (attempts < self._poison_after and not isinstance(error, Unreadable)):
                    continue
                else:
                    self._parked[record.topic, record.key] = [record]
                    self.dead.append(record)
            return

    async def _while_parked(self, delivery: Delivery | None) -> None:
        if delivery is not None:
            await self._call(delivery, delivery.route.while_parked)

    async def _once(self, delivery: Delivery | None) -> None:
        if delivery is None or delivery.id in self._inbox:
            return
        await self._call(delivery, delivery.route.handlers)
        self._inbox.add(delivery.id)

    async def _call(self, delivery: Delivery, handlers: Sequence[Handler]) -> None:
        uow = MemoryUnitOfWork()
        envelope = delivery.envelope
        with message_context(MessageContext(envelope.correlation_id or envelope.id, envelope.id, envelope.traceparent)):
            for handler in handlers:
                await handler(delivery.event, envelope, uow)
        self.rows.extend(uow.rows)


def _id(record: MemoryRecord) -> str:
    return dict(record.headers)["ce_id"].decode()
