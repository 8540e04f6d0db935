"""Taking turns: one writer at a time, the others wait as long as a queue of imports may need."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_PATIENCE = text("SELECT set_config('lock_timeout', '120s', true), set_config('statement_timeout', '120s', true)")
_TURN = text("SELECT pg_advisory_xact_lock(:key)")


async def wait_for(connection: AsyncConnection, key: int) -> None:
    """Hold the turn `key` until the transaction ends; its statements get the same patience."""
    await connection.execute(_PATIENCE)
    await connection.execute(_TURN, {"key": key})
