"""What people and programs read about the fast lane, straight from the tables. JSON columns come as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from compliance.adapters.read_models import Reads
from compliance.application.wordings.closing import Due

Row = Mapping[str, Any]

_WORDING = "SELECT wording_id, version, state, document::text AS document, changed_at FROM wordings"
_WORDINGS = f"""{_WORDING} WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR wording_id > $2)
    ORDER BY wording_id LIMIT $3"""
_EDITIONS = """SELECT edition, sha256, content::text AS content, written_by::text AS written_by, kept_at
    FROM wording_editions WHERE wording_id = $1 ORDER BY edition"""
_RELEASES = """SELECT p.permit_id, p.action_id, (p.wording ->> 'edition')::int AS edition, p.state, p.issued_at,
      p.redeemed_at, s.state AS sample
    FROM permits p LEFT JOIN samples s USING (permit_id)
    WHERE p.wording IS NOT NULL AND p.wording ->> 'wording_id' = $1 AND ($2::text IS NULL OR p.permit_id > $2)
    ORDER BY p.permit_id LIMIT $3"""
_SAMPLE = """SELECT s.permit_id, s.version, s.state, s.wording_id, s.due_at, s.document::text AS document,
      p.content::text AS content, w.document -> 'content' ->> 'name' AS wording_name
    FROM samples s JOIN permits p USING (permit_id) JOIN wordings w ON w.wording_id = s.wording_id"""
_WAITING = f"""{_SAMPLE} WHERE s.state IN ('drawn', 'overdue')
    AND ($1::text IS NULL OR (s.due_at, s.permit_id) > ($1::text::timestamptz, $2))
    ORDER BY s.due_at, s.permit_id LIMIT $3"""
_SAMPLES = f"""{_SAMPLE} WHERE s.state = $1 AND ($2::text IS NULL OR s.permit_id > $2) ORDER BY s.permit_id LIMIT $3"""
_OVER = "SELECT wording_id FROM wordings WHERE state = 'approved' AND valid_until < $1 ORDER BY valid_until LIMIT 200"
_UNSEEN = """SELECT permit_id FROM samples WHERE state IN ('drawn', 'overdue') AND state = 'drawn' AND due_at <= $1
    ORDER BY due_at LIMIT 200"""
_LEFT_BEHIND = """SELECT c.action_id FROM cases c JOIN wordings w
      ON w.wording_id = c.pre_approval -> 'wording' ->> 'wording_id'
    WHERE c.pre_approval IS NOT NULL AND c.state IN ('in_review', 'approved', 'paused', 'released')
      AND (w.state <> 'approved' OR w.document ->> 'sha256' <> c.pre_approval -> 'wording' ->> 'sha256')
    ORDER BY c.action_id LIMIT 200"""


class WordingQueries:
    """Read models over a read pool."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def wordings(self, *, state: str | None, after: str | None, limit: int) -> Sequence[Row]:
        """Wordings in order of their ids."""
        return _rows(await self._reads.fetch(_WORDINGS, state, after, limit))

    async def wording(self, wording_id: str) -> Row | None:
        """One wording."""
        row = await self._reads.fetchrow(f"{_WORDING} WHERE wording_id = $1", wording_id)
        return None if row is None else dict(row)

    async def editions(self, wording_id: str) -> Sequence[Row]:
        """Everything it ever said, the first edition in front."""
        return _rows(await self._reads.fetch(_EDITIONS, wording_id))

    async def releases(self, wording_id: str, *, after: str | None, limit: int) -> Sequence[Row]:
        """Permits issued under it in order of their ids, with the state of their sample, if one was drawn."""
        return _rows(await self._reads.fetch(_RELEASES, wording_id, after, limit))

    async def waiting_samples(self, *, after: tuple[str, str] | None, limit: int) -> Sequence[Row]:
        """Samples somebody has to look at, those due first in front; `after` is due_at and permit of the last seen."""
        return _rows(await self._reads.fetch(_WAITING, *(after or (None, None)), limit))

    async def samples(self, *, state: str, after: str | None, limit: int) -> Sequence[Row]:
        """Samples in one state in order of their permits."""
        return _rows(await self._reads.fetch(_SAMPLES, state, after, limit))

    async def sample(self, permit_id: str) -> Row | None:
        """One sample."""
        row = await self._reads.fetchrow(f"{_SAMPLE} WHERE s.permit_id = $1", permit_id)
        return None if row is None else dict(row)

    async def over(self, now: datetime) -> Sequence[str]:
        """Approved wordings whose last day has passed."""
        return [row["wording_id"] for row in await self._reads.fetch(_OVER, now.astimezone(UTC).date().isoformat())]

    async def unseen(self, now: datetime) -> Sequence[str]:
        """Samples nobody looked at in time."""
        return [row["permit_id"] for row in await self._reads.fetch(_UNSEEN, now)]

    async def left_behind(self) -> Sequence[str]:
        """Queued actions that a wording approved which may not be used any more."""
        return [row["action_id"] for row in await self._reads.fetch(_LEFT_BEHIND)]


def due_in(reads: Reads) -> Due:
    """What the rounds look for."""
    queries = WordingQueries(reads)
    return Due(over=queries.over, unseen=queries.unseen, left_behind=queries.left_behind)


def _rows(rows: Sequence[Any]) -> list[Row]:
    return [dict(row) for row in rows]
