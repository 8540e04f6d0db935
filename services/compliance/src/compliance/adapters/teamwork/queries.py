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


_ASSIGNMENTS = """SELECT s.assignment_id, s.version, s.action_id, s.assignee, s.document ->> 'name' AS name, s.step,
      a.ends_at AS away_until, a.delegate, a.document ->> 'delegate_name' AS delegate_name
    FROM assignments s LEFT JOIN absences a
      ON a.subject = s.assignee AND a.state = 'registered' AND a.starts_at <= $2 AND a.ends_at > $2
    WHERE s.action_id = $1 AND s.state = 'assigned' ORDER BY s.assignment_id"""

_COMMENT = """SELECT comment_id, version, state, action_id, action_version, (document -> 'anchor')::text AS anchor,
    (document -> 'said')::text AS said FROM comments"""

_COMMENTS = f"""{_COMMENT} WHERE action_id = $1 AND ($2::text IS NULL OR comment_id > $2)
    ORDER BY comment_id LIMIT $3"""

_ONE_COMMENT = f"{_COMMENT} WHERE comment_id = $1"

_MENTIONS = """SELECT m.mention_id, m.comment_id, m.action_id, m.number, m.at, m.read_at,
      c.document -> 'said' -> m.number ->> 'by' AS by, c.document -> 'said' -> m.number ->> 'name' AS name,
      c.document -> 'said' -> m.number ->> 'text' AS text
    FROM mentions m JOIN comments c ON c.comment_id = m.comment_id
    WHERE m.subject = $1 AND (NOT $2 OR m.read_at IS NULL) AND ($3::text IS NULL OR m.mention_id < $3)
    ORDER BY m.mention_id DESC LIMIT $4"""


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

    async def assignments(self, action_id: str, now: datetime) -> Sequence[Mapping[str, Any]]:
        """Who is asked to look at a case, with whoever stands in for them now."""
        return [dict(row) for row in await self._reads.fetch(_ASSIGNMENTS, action_id, now)]

    async def comments(self, action_id: str, *, after: str | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """Discussions about an action in order of their ids."""
        return [dict(row) for row in await self._reads.fetch(_COMMENTS, action_id, after, limit)]

    async def comment(self, comment_id: str) -> Mapping[str, Any] | None:
        """One discussion."""
        row = await self._reads.fetchrow(_ONE_COMMENT, comment_id)
        return None if row is None else dict(row)

    async def mentions(
        self, subject: str, *, unread: bool, after: str | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Where somebody was named, the latest in front."""
        return [dict(row) for row in await self._reads.fetch(_MENTIONS, subject, unread, after, limit)]
