"""Advisory locks: one leader per task across all replicas of a service."""

from __future__ import annotations

import hashlib

import asyncpg


def lock_key(name: str) -> int:
    """The signed 64-bit key of a named lock."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


async def try_lead(connection: asyncpg.Connection[asyncpg.Record], name: str) -> bool:
    """Become leader of `name` for as long as `connection` lives; False while somebody else is.

    Session-level: needs a direct connection, a transaction pooler would hand the lock to strangers.
    """
    return bool(await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock_key(name)))
