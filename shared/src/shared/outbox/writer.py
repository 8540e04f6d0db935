"""Writes integration events into the outbox, through the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import Table

from shared.contracts.envelope import IntegrationEvent
from shared.db.unit_of_work import Publish, SqlUnitOfWork
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

    def add(self, uow: SqlUnitOfWork, events: Sequence[IntegrationEvent]) -> None:
        """Stage `events` in order, with correlation, causation and trace of the work at hand."""
        if not events:
            return
        context = current_message()
        shared_headers = {
            "source": self._source,
            "correlationid": context.correlation_id or self._new_id(),
            **({"causationid": context.message_id} if context.message_id else {}),
            **({"traceparent": context.traceparent} if context.traceparent else {}),
        }
        for event in events:
            row = {
                "id": UUID(self._new_id()),
                "topic": event.TOPIC,
                "aggregate_id": event.key,
                "type": event.TYPE,
                "payload": event.model_dump_json().encode(),
                "headers": shared_headers,
                "occurred_at": self._clock.now(),
            }
            uow.stage(self._table, row)

    def publishing(self, *translations: Translate) -> Publish:
        """The unit of work's hook: translate domain events and add those that are public.

        One that several translations make public is told in their order, before the next one is.
        """

        async def publish(uow: SqlUnitOfWork, events: Sequence[DomainEvent]) -> None:
            public = (translate(event) for event in events for translate in translations)
            self.add(uow, [translated for translated in public if translated is not None])

        return publish
