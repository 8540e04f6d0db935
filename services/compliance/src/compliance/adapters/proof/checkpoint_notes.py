"""The ledger as of one moment, and which checkpoints of it were written."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from compliance.adapters.proof.tree_store import StoredTree
from shared.db.driver import driver_of

_LEAVES = """SELECT n.position, l.leaf FROM ledger_nodes n JOIN ledger l ON l.sequence = n.sequence
    WHERE n.level = 0 AND n.position >= $1 AND n.position < $2 ORDER BY n.position"""
_LATEST = text("SELECT max(size) FROM ledger_checkpoints")
_NOTE = text(
    """INSERT INTO ledger_checkpoints (size, note, verifier) VALUES (:size, :note, :verifier) ON CONFLICT DO NOTHING"""
)
_AT_ONCE = 5_000


class SqlCheckpointNotes:
    """Implements `CheckpointNotes`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def view(self) -> AsyncGenerator[SqlLedgerView]:
        """One snapshot: what is taken in meanwhile is not seen."""
        engine = self._engine.execution_options(isolation_level="REPEATABLE READ")
        async with engine.connect() as connection:
            yield SqlLedgerView(await driver_of(connection), connection)

    async def latest(self) -> int | None:
        async with self._engine.connect() as connection:
            return (await connection.execute(_LATEST)).scalar_one()

    async def note(self, size: int, note: str, verifier: str) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(_NOTE, {"size": size, "note": note, "verifier": verifier})


class SqlLedgerView(StoredTree):
    """Implements `LedgerView` over the driver's connection."""

    def __init__(self, driver: Any, connection: AsyncConnection) -> None:
        super().__init__(driver)
        self._driver = driver
        self._connection = connection  # kept, so that it is not given back while the driver reads

    async def leaves(self, first: int, end: int) -> AsyncIterator[bytes]:
        while first < end:
            rows = await self._driver.fetch(_LEAVES, first, min(end, first + _AT_ONCE))
            for row in rows:
                if row["position"] != first:
                    return
                yield row["leaf"]
                first += 1
            if not rows:
                return
