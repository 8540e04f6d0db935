"""The changelog as people read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncEngine

MOST = 100
_SHOWN = ("version", "what", "changed_by", "reason", "old", "new", "changed_at")


async def newest_changes(engine: AsyncEngine, changes: Table, key: str) -> Sequence[Mapping[str, Any]]:
    """What the aggregate `key` went through, the newest MOST first."""
    shown = [changes.c[name] for name in _SHOWN]
    statement = select(*shown).where(changes.c.aggregate_id == key).order_by(changes.c.version.desc()).limit(MOST)
    async with engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(statement)).mappings()]
