"""Reads for read models, straight through asyncpg: a read by key costs a third of what SQLAlchemy Core takes.

Use::

    reads = ReadPool(settings.database, application_name="registry-reads")
    row = await reads.fetchrow("SELECT id, name FROM stakeholders WHERE id = $1", stakeholder_id)

Open and close it in the lifespan of the process (`async with reads:`). Every read is a transaction of its own
and cannot write. JSON columns come back as text: ask for `column::text` and let pydantic parse it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

import asyncpg

from shared.db.engine import driver_dsn
from shared.db.settings import DatabaseSettings

Row = asyncpg.Record
"""Columns by name, `row["name"]`."""


class ReadPool:
    """A read-only connection pool that opens when first asked, so that a process starts while PostgreSQL is down."""

    def __init__(self, settings: DatabaseSettings, *, application_name: str) -> None:
        self._settings = settings
        self._application_name = application_name
        self._pool: asyncpg.Pool[Row] | None = None
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let running reads finish, then close all connections."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    async def fetch(self, query: str, *values: Any) -> list[Row]:
        """All rows. Parameters are `$1`, `$2`, ..."""
        pool = self._pool or await self._open()
        return await pool.fetch(query, *values)

    async def fetchrow(self, query: str, *values: Any) -> Row | None:
        """The first row, None when there is none."""
        pool = self._pool or await self._open()
        return await pool.fetchrow(query, *values)

    async def fetchval(self, query: str, *values: Any) -> Any:
        """The first column of the first row, None when there is none."""
        pool = self._pool or await self._open()
        return await pool.fetchval(query, *values)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[asyncpg.pool.PoolConnectionProxy[Row]]:
        """A connection for several reads that must see one and the same state."""
        pool = self._pool or await self._open()
        async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection

    async def _open(self) -> asyncpg.Pool[Row]:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    driver_dsn(self._settings.url.get_secret_value()),
                    min_size=1,
                    max_size=self._settings.pool_size,
                    timeout=self._settings.connect_timeout,
                    command_timeout=self._settings.statement_timeout,
                    reset=_no_reset,
                    server_settings={
                        "application_name": self._application_name,
                        "default_transaction_read_only": "on",
                        "statement_timeout": str(int(self._settings.statement_timeout * 1000)),
                        "jit": "off",
                    },
                )
            return self._pool


async def _no_reset(_connection: asyncpg.Connection[Row] | asyncpg.pool.PoolConnectionProxy[Row]) -> None:
    """Nothing to undo: single statements and `snapshot` leave no session state, and a reset is a round trip."""
