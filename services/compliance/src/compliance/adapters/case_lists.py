"""Lists of cases, straight from the table and without their documents. The review queue is the one in review.

What may still go out stands in the order of its slots, the earliest first; all else with the latest slot first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from compliance.adapters.read_models import Reads
from compliance.application.circulations.listing import Wanted
from shared.web.problem import Malformed

Row = Mapping[str, Any]

NO_SLOT = "infinity"
_WAITING = frozenset({"screening", "in_review", "approved", "paused", "released"})
_LISTED = """c.action_id, c.version, c.state, c.action_version, c.stakeholder_id, c.verdict, c.submitted_by,
    c.submitted_by_name, c.slot_start, c.slot_end, c.opened_at, c.changed_at, c.action_type, c.platform,
    c.opening_words AS text, c.stops::text AS stops, c.findings, c.safety_handover, r.number AS circulation, r.due_at,
    coalesce(r.waits_for, '{}') AS waits_for"""
_OVERDUE = "r.due_at <= $2 AND (r.running_since IS NOT NULL OR r.time_left = interval '0')"
"""Also while the clock stands still, where it was over before."""
_ASSIGNED = """c.action_id IN (SELECT s.action_id FROM assignments s WHERE s.state = 'assigned' AND (s.assignee = {0}
    OR s.assignee IN (SELECT a.subject FROM absences a WHERE a.delegate = {0} AND a.state = 'registered'
      AND a.starts_at <= $2 AND a.ends_at > $2)))"""
_SLOT = f"coalesce(c.slot_start, '{NO_SLOT}'::timestamptz)"


class CaseLists:
    """Read models over a read pool."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def cases(self, wanted: Wanted, *, now: datetime, after: str | None, limit: int) -> Sequence[Row]:
        """The wanted cases; `after` is `slot_start~action_id` of the last one seen. Raises Malformed."""
        direction, beyond = ("ASC", ">") if wanted.state in _WAITING else ("DESC", "<")
        values: list[Any] = [limit, now]
        where = ["true"]

        def narrow(condition: str, *more: object) -> None:
            numbers = range(len(values) + 1, len(values) + 1 + len(more))
            values.extend(more)
            where.append(condition.format(*(f"${number}" for number in numbers)))

        if wanted.state is not None:
            narrow("c.state = {}", wanted.state)
        if wanted.overdue:
            narrow(_OVERDUE)
        if wanted.by is not None:
            capacities, subject = sorted(wanted.by.capacities), wanted.by.subject
            narrow("r.waits_for && {}::text[]", capacities)
            narrow("c.submitted_by <> {0} AND NOT c.edited_by ? {0}", subject)
            narrow("NOT c.votes @> jsonb_build_array(jsonb_build_object('by', {}::text))", subject)
        if wanted.assigned_to is not None:
            narrow(_ASSIGNED, wanted.assigned_to)
        if after is not None:
            narrow(f"({_SLOT}, c.action_id) {beyond} ({{}}::text::timestamptz, {{}})", *_place(after))
        query = f"""SELECT {_LISTED}, coalesce({_OVERDUE}, false) AS overdue
            FROM cases c LEFT JOIN review_rounds r ON r.action_id = c.action_id AND r.ended_at IS NULL
            WHERE {" AND ".join(where)}
            ORDER BY {_SLOT} {direction}, c.action_id {direction} LIMIT $1"""  # noqa: S608 - constant text only
        return [dict(row) for row in await self._reads.fetch(query, *values)]


def _place(after: str) -> tuple[str, str]:
    moment, _, action_id = after.partition("~")
    try:
        return moment if moment == NO_SLOT else _in_utc(moment), action_id
    except (ValueError, OverflowError):
        raise Malformed(
            "cursor is not one of this list's", field="cursor", remedy="send next_cursor unchanged"
        ) from None


def _in_utc(moment: str) -> str:
    given = datetime.fromisoformat(moment)
    if given.tzinfo is None:
        raise ValueError("a moment without its offset")
    return given.astimezone(UTC).isoformat()
