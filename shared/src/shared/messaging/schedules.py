"""Recurring work: each schedule runs in one process at a time, whichever replica leads it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.driver import DATABASE_AWAY
from shared.db.engine import driver_dsn
from shared.db.locks import try_lead
from shared.observability import metrics

log = structlog.get_logger()

_KEEP_INBOX_DAYS = 30
"""Longer than any topic keeps a message (14 days), so that no redelivery outlives its inbox row."""

_PRUNE_INBOX = text(
    """DELETE FROM inbox_messages WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM inbox_messages WHERE received_at < now() - make_interval(days => :days) LIMIT 5000))"""
)


@dataclass(frozen=True)
class Schedule:
    """Calls `run` at start and then `every` so often after it ended. An exception is logged and counted; the next
    tick tries again.
    """

    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]


class ScheduleRunner:
    """Runs schedules under one advisory lock each, held by a connection of its own."""

    def __init__(self, database_url: str, schedules: Sequence[Schedule], *, stand_by: float = 2.0) -> None:
        self._dsn = driver_dsn(database_url)
        self._schedules = schedules
        self._stand_by = stand_by
        self._stopping = asyncio.Event()
        self._leading: set[str] = set()
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._connecting = asyncio.Lock()

    def stop(self) -> None:
        """End `run` after the runs in flight."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`."""
        try:
            async with asyncio.TaskGroup() as group:
                for schedule in self._schedules:
                    group.create_task(self._repeat(schedule), name=schedule.name)
        finally:
            if self._connection is not None:
                await _close(self._connection)

    async def _repeat(self, schedule: Schedule) -> None:
        while not self._stopping.is_set():
            if not await self._leads(schedule.name):
                await self._pause(self._stand_by)
                continue
            try:
                await schedule.run()
                metrics.SCHEDULE_RUNS.labels(schedule=schedule.name, result="ok").inc()
            except Exception:
                log.exception("schedule.failed", schedule=schedule.name, retry_in=schedule.every.total_seconds())
                metrics.SCHEDULE_RUNS.labels(schedule=schedule.name, result="failed").inc()
            await self._pause(schedule.every.total_seconds())

    async def _leads(self, name: str) -> bool:
        """Whether this process leads `name`; asks the session that holds the lock, so a lost one is noticed."""
        async with self._connecting:
            try:
                if self._connection is None or self._connection.is_closed():
                    self._leading.clear()
                    self._connection = await asyncpg.connect(self._dsn, timeout=5, command_timeout=10)
                if name in self._leading:
                    await self._connection.execute("SELECT 1")
                elif await try_lead(self._connection, f"schedule:{name}"):
                    self._leading.add(name)
            except DATABASE_AWAY as error:
                log.warning("schedule.database_unreachable", schedule=name, error=repr(error))
                self._leading.clear()
                if self._connection is not None:
                    self._connection.terminate()
                    self._connection = None
            return name in self._leading

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return


def inbox_pruning(engine: AsyncEngine) -> Schedule:
    """Forget, in small batches, messages handled so long ago that no broker keeps them any more."""

    async def prune() -> None:
        deleted = 1
        while deleted:
            async with engine.begin() as connection:
                deleted = (await connection.execute(_PRUNE_INBOX, {"days": _KEEP_INBOX_DAYS})).rowcount

    return Schedule("inbox-pruning", timedelta(hours=1), prune)


async def _close(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    try:
        await connection.close(timeout=2)
    except DATABASE_AWAY:
        connection.terminate()
