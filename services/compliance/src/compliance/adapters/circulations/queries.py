"""What people and programs read about circulations, straight from the tables. JSON columns come as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from compliance.adapters.read_models import Reads

Row = Mapping[str, Any]

_OF_ACTION = """SELECT r.number, r.action_version, r.entered_at, r.first_vote_at, r.ended_at, r.outcome, r.verdict,
      r.rules, r.team, r.waits_for, r.due_at, r.running_since IS NULL AND r.ended_at IS NULL AS paused, r.restarts,
      r.next_stage_at, coalesce((SELECT jsonb_agg(jsonb_build_object('percent', n.percent, 'noted_at', n.noted_at,
        'notify', n.notify) ORDER BY n.version) FROM review_notices n
        WHERE n.round_id = r.action_id || '~' || r.number), '[]')::text AS notices
    FROM review_rounds r WHERE r.action_id = $1 ORDER BY r.number"""
_DUE = """SELECT action_id || '~' || number AS id FROM review_rounds WHERE next_stage_at <= $1
    ORDER BY next_stage_at LIMIT 500"""
_OVERDUE = """SELECT count(*) AS overdue FROM review_rounds
    WHERE ended_at IS NULL AND running_since IS NOT NULL AND due_at <= $1"""


class RoundQueries:
    """Read models over a read pool."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def of_action(self, action_id: str) -> Sequence[Row]:
        """The circulations of one action, the first in front."""
        return [dict(row) for row in await self._reads.fetch(_OF_ACTION, action_id)]

    async def due(self, now: datetime) -> Sequence[str]:
        """Ids of the circulations whose clock has something to tell, a bounded number."""
        return [row["id"] for row in await self._reads.fetch(_DUE, now)]

    async def overdue(self, now: datetime) -> int:
        """How many circulations nobody has decided in time."""
        row = await self._reads.fetchrow(_OVERDUE, now)
        return 0 if row is None else int(row["overdue"])
