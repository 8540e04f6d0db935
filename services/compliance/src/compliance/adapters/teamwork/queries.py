"""What people read about working together, straight from the tables. JSON columns come as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from compliance.adapters.read_models import Reads

_COLLEAGUES = """SELECT subject, name, may_review FROM colleagues WHERE $1::text IS NULL OR subject > $1
    ORDER BY subject LIMIT $2"""

_ABSENCE = """SELECT absence_id, version, state, subject, delegate, starts_at, ends_at, document ->> 'name' AS name,
    document ->> 'delegate_name' AS delegate_name, (document -> 'capacities')::text AS capacities,
    document ->> 'reason' AS reason FROM absences"""

_ONE = f"{_ABSENCE} WHERE absence_id = $1"

_ABSENCES = f"""{_ABSENCE} WHERE ($1::text IS NULL OR subject = $1) AND ($2::text IS NULL OR delegate = $2)
      AND ($3::timestamptz IS NULL OR state = 'registered' AND starts_at <= $3 AND ends_at > $3)
      AND ($4::text IS NULL OR absence_id > $4)
    ORDER BY absence_id LIMIT $5"""


class TeamworkQueries:
    """Read models over a read pool."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def colleagues(self, *, after: str | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """Everybody the gate has met, in order of their subjects."""
        return [dict(row) for row in await self._reads.fetch(_COLLEAGUES, after, limit)]

    async def absence(self, absence_id: str) -> Mapping[str, Any] | None:
        """One absence."""
        row = await self._reads.fetchrow(_ONE, absence_id)
        return None if row is None else dict(row)

    async def absences(
        self, *, subject: str | None, delegate: str | None, running_at: datetime | None, after: str | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Absences in order of their ids; None for any."""
        rows = await self._reads.fetch(_ABSENCES, subject, delegate, running_at, after, limit)
        return [dict(row) for row in rows]
