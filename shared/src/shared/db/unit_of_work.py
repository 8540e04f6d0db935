"""The unit of work: one use case, one transaction, events included."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db.bulk import insert_rows
from shared.kernel.events import Aggregate, DomainEvent


class SqlUnitOfWork:
    """One PostgreSQL transaction. Leaving without `commit()` rolls everything back.

    Repositories call `track` for every aggregate they hand out or take in; `commit` collects the recorded
    domain events and publishes them through the outbox in the same transaction, so none can be forgotten.
    Make a new one for every use case; it is never shared between tasks.
    """

    def __init__(self, engine: AsyncEngine, publish: Publish) -> None:
        """`publish` stages what must become public; see `Publish`."""
        self._engine = engine
        self._publish = publish
        self._seen: dict[int, Aggregate] = {}
        self._staged: dict[Table, list[dict[str, Any]]] = {}
        self._connection: AsyncConnection | None = None
        self.flushes = 0

    @property
    def connection(self) -> AsyncConnection:
        """The open connection. Raises RuntimeError outside `async with`."""
        if self._connection is None:
            raise RuntimeError("the unit of work is not open: use `async with`")
        return self._connection

    async def __aenter__(self) -> Self:
        self._connection = await self._engine.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection, self._connection = self.connection, None
        self._seen.clear()
        self._staged.clear()
        await connection.close()  # rolls back what was not committed

    def track(self, aggregate: Aggregate) -> None:
        """Collect the events of `aggregate` at commit."""
        self._seen[id(aggregate)] = aggregate

    def stage(self, table: Table, row: dict[str, Any]) -> None:
        """Insert `row` at commit, together with the other staged rows of `table` in one round trip.

        Until then the caller may change the values in `row`; `flushes` counts how often staged rows were written.
        """
        self._staged.setdefault(table, []).append(row)

    @property
    def has_recorded(self) -> bool:
        """Whether an aggregate is tracked that may have recorded events."""
        return bool(self._seen)

    async def publish_recorded(self) -> None:
        """Write the events recorded so far into the outbox, as part of the message at hand.

        What `publish` itself makes aggregates record is published as well.
        """
        while events := [event for aggregate in tuple(self._seen.values()) for event in aggregate.pull_events()]:
            await self._publish(self, events)

    async def flush(self) -> None:
        """Write staged rows and collected events now, without committing."""
        await self.publish_recorded()
        staged, self._staged = self._staged, {}
        self.flushes += 1
        for table, rows in staged.items():
            await insert_rows(self.connection, table, rows)

    async def commit(self) -> None:
        """Flush and commit. What the caller answers after this is durable."""
        await self.flush()
        await self.connection.commit()
        self._seen.clear()


Publish = Callable[[SqlUnitOfWork, Sequence[DomainEvent]], Awaitable[None]]
"""Stages what must become public as rows of the outbox, in the caller's transaction. Never commits."""
