"""Writes integration events into the outbox, through the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.envelope import IntegrationEvent
from shared.db.unit_of_work import Publish
from shared.kernel.clock import Clock
from shared.kernel.events import DomainEvent
from shared.kernel.ids import IdFactory
from shared.observability.context import current_message

Translate = Callable[[DomainEvent], IntegrationEvent | None]
"""Decides whether a domain event becomes public: the one place per service, `to_integration_event`."""


class OutboxWriter:
    """Adds rows to the outbox; never commits. `source` is the service's name."""

    def __init__(self, table: Table, *, source: str, clock: Clock, new_id: IdFactory) -> None:
        self._table = table
        self._source = source
        self._clock = clock
        self._new_id = new_id

    async def add(self, connection: AsyncConnection, events: Sequence[IntegrationEvent]) -> None:
        """Insert `events` in order, with correlation, causation and trace of the work at hand."""
        if not events:
            return
        context = current_message()
        shared_headers = {
            "source": self._source,
            "correlationid": context.correlation_id or self._new_id(),
            **({"causationid": context.message_id} if context.message_id else {}),
            **({"traceparent": context.traceparent} if context.traceparent else {}),
        }
        rows = [
            {
                "id": UUID(self._new_id()),
                "topic": event.TOPIC,
                "aggregate_id": event.key,
                "type": event.TYPE,
                "payload": event.model_dump_json().encode(),
                "headers": shared_headers,
                "occurred_at": self._clock.now(),
            }
            for event in events
        ]
        await connection.execute(insert(self._table), rows)

    def publishing(self, translate: Translate) -> Publish:
        """The unit of work's hook: translate domain events and add those that are public."""

        async def publish(connection: AsyncConnection, events: Sequence[DomainEvent]) -> None:
            public = [translated for event in events if (translated := translate(event)) is not None]
            await self.add(connection, public)

        return publish
