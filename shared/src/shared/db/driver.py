"""The driver beneath SQLAlchemy, for the few statements that run for every message."""

from __future__ import annotations

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

DATABASE_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What a connection of the driver raises when its server dies, restarts or refuses; the last one when the server's
parting words came in the midst of something else."""


PASSING_CLASSES = frozenset({"08", "25", "40", "53", "55", "57", "58"})
"""SQLSTATE classes that say nothing about what was asked, so that asking again may help: connection, transaction
state, rollback (deadlock, lost race), resources, locks, operator intervention (a cancelled statement), system error."""


def sqlstate_of(error: BaseException | None) -> str | None:
    """The SQLSTATE of the driver's error, looked for beneath SQLAlchemy's wrapper; None where none is said."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        state: object = getattr(error, "sqlstate", None)
        if isinstance(state, str):
            return state
        error = getattr(error, "orig", None) or error.__cause__
    return None


async def driver_of(connection: AsyncConnection) -> asyncpg.Connection[asyncpg.Record]:
    """The driver's own connection, with SQLAlchemy's transaction begun on it."""
    raw = await connection.get_raw_connection()
    driver: asyncpg.Connection[asyncpg.Record] | None = raw.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    if not driver.is_in_transaction():
        await connection.exec_driver_sql("SELECT 1")  # SQLAlchemy begins with the first statement
    return driver
