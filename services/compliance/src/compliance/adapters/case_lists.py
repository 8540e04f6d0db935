"""Lists of cases, straight from the table and without their documents. The review queue is the one in review.

What may still go out stands in the order of its slots, the earliest first; all else with the latest slot first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from compliance.adapters.read_models import Reads
from compliance.adapters.tables import SLOT_SQL
from shared.web.problem import Malformed

Row = Mapping[str, Any]

_WAITING = frozenset({"screening", "in_review", "approved", "paused", "released"})
_LISTED = """action_id, version, state, action_version, stakeholder_id, verdict, submitted_by, submitted_by_name,
    slot_start, slot_end, opened_at, changed_at, action_type, platform, opening_words AS text, stops::text AS stops,
    findings, safety_handover"""
NO_SLOT = "infinity"
_ASSIGNED = """action_id IN (SELECT s.action_id FROM assignments s WHERE s.state = 'assigned' AND (s.assignee = ${who}
    OR s.assignee IN (SELECT a.subject FROM absences a WHERE a.delegate = ${who} AND a.state = 'registered'
      AND a.starts_at <= ${now} AND a.ends_at > ${now})))"""


class CaseLists:
    """Read models over a read pool."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def cases(
        self, *, state: str | None, after: str | None, limit: int, assigned_to: tuple[str, datetime] | None = None
    ) -> Sequence[Row]:
        """Cases of a state, or of all; `after` is `slot_start~action_id` of the last one seen. Raises Malformed.

        `assigned_to` leaves those that this person, or somebody they stand in for at that moment, is asked to look at.
        """
        direction, beyond = ("ASC", ">") if state in _WAITING else ("DESC", "<")
        values: list[Any] = [limit]
        where = ["true"]
        if state is not None:
            values.append(state)
            where.append(f"state = ${len(values)}")
        if after is not None:
            values += _place(after)
            last = len(values)
            where.append(f"({SLOT_SQL}, action_id) {beyond} (${last - 1}::text::timestamptz, ${last})")
        if assigned_to is not None:
            values += assigned_to
            where.append(_ASSIGNED.format(who=len(values) - 1, now=len(values)))
        query = f"""SELECT {_LISTED} FROM cases WHERE {" AND ".join(where)}
            ORDER BY {SLOT_SQL} {direction}, action_id {direction} LIMIT $1"""  # noqa: S608 - constant text only
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
