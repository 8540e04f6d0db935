"""What people and programs read about circulations, straight from the tables. JSON columns come as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from compliance.adapters.read_models import Reads
from compliance.domain.circulations.metrics import Approval, Ended

Row = Mapping[str, Any]

_OF_ACTION = """SELECT r.number, r.action_version, r.entered_at, r.first_vote_at, r.ended_at, r.outcome, r.verdict,
      r.rules, r.team, r.waits_for, r.due_at, r.running_since IS NULL AND r.ended_at IS NULL AS paused, r.restarts,
      r.time_left = interval '0' AS was_overdue,
      r.next_stage_at, coalesce((SELECT jsonb_agg(jsonb_build_object('percent', n.percent, 'noted_at', n.noted_at,
        'notify', n.notify) ORDER BY n.version) FROM review_notices n
        WHERE n.round_id = r.action_id || '~' || r.number), '[]')::text AS notices
    FROM review_rounds r WHERE r.action_id = $1 ORDER BY r.number"""
_DUE = """SELECT action_id || '~' || number AS id FROM review_rounds WHERE next_stage_at <= $1
    ORDER BY next_stage_at LIMIT 500"""
_OVERDUE = """SELECT count(*) AS overdue FROM review_rounds
    WHERE ended_at IS NULL AND running_since IS NOT NULL AND due_at <= $1"""

_APPROVALS = """SELECT r.ended_at, r.number, r.team, r.ended_at - r.submitted_at AS job, r.job_worked,
      sum(p.in_review) AS review, sum(p.worked) AS review_worked,
      ARRAY(SELECT DISTINCT unnest(x.rules) FROM review_rounds x
            WHERE x.action_id = r.action_id AND x.number <= r.number) AS rules
    FROM review_rounds r JOIN review_rounds p ON p.action_id = r.action_id AND p.number <= r.number
    WHERE r.outcome = 'approved' AND r.ended_at >= $1 AND r.ended_at < $2
    GROUP BY r.action_id, r.number ORDER BY r.ended_at, r.action_id"""
_ENDED = """SELECT outcome, ended_at, ended_at <= due_at AS in_time, team, rules FROM review_rounds
    WHERE ended_at >= $1 AND ended_at < $2"""


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

    async def approvals(self, begin: datetime, end: datetime) -> Sequence[Approval]:
        """The approvals given from `begin` until before `end`."""
        return [
            Approval(
                approved_at=row["ended_at"],
                circulations=row["number"],
                team=row["team"],
                rules=frozenset(row["rules"]),
                job=row["job"],
                job_worked=row["job_worked"],
                review=row["review"],
                review_worked=row["review_worked"],
            )
            for row in await self._reads.fetch(_APPROVALS, begin, end)
        ]

    async def ended(self, begin: datetime, end: datetime) -> Sequence[Ended]:
        """The circulations that ended from `begin` until before `end`."""
        return [
            Ended(**{**dict(row), "rules": frozenset(row["rules"])})
            for row in await self._reads.fetch(_ENDED, begin, end)
        ]
