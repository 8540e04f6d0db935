"""All overrides there ever were, for whoever is responsible for them and for inspectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from compliance.adapters.read_models import Reads

_OVERRIDES = """SELECT s.action_id, s.case_version, s.subject AS by,
      s.name, s.capacity, CASE s.decision WHEN 'override' THEN 'override' ELSE 'refuse' END AS decision, s.meaning,
      s.rules::text AS rule_ids, s.rule_set, s.content_sha256, s.signed_at AS at, l.why AS reason,
      coalesce(l.erased, false) AS erased, c.state
    FROM signatures s JOIN cases c ON c.action_id = s.action_id
      LEFT JOIN ledger_entries l ON l.aggregate = 'case' AND l.aggregate_id = s.action_id
        AND l.aggregate_version = s.case_version + 1
    WHERE s.rules IS NOT NULL AND ($1::timestamptz IS NULL OR s.signed_at >= $1)
      AND ($2::timestamptz IS NULL OR s.signed_at < $2) AND ($3::text IS NULL OR s.rules ? $3)
      AND ($4::timestamptz IS NULL OR (s.signed_at, s.action_id, s.case_version) < ($4, $5::text, $6::int))
    ORDER BY s.signed_at DESC, s.action_id DESC, s.case_version DESC LIMIT $7"""


class OverrideQueries:
    """Read models over a read pool. JSON columns come as text."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def overrides(
        self,
        *,
        since: datetime | None,
        until: datetime | None,
        rule_id: str | None,
        after: tuple[datetime, str, int] | None,
        limit: int,
    ) -> Sequence[Mapping[str, Any]]:
        """Signed within [since, until), the newest first; those of a no name no rule."""
        rows = await self._reads.fetch(_OVERRIDES, since, until, rule_id, *(after or (None, None, None)), limit)
        return [dict(row) for row in rows]
