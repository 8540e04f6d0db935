"""What people and programs read about aftercare, straight from the tables. JSON columns come as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from compliance.adapters.read_models import Reads

Row = Mapping[str, Any]
_TASK = "action_id, version, state, stakeholder_id, due_at, document::text AS details"
_TAKE_DOWN = f"SELECT {_TASK} FROM take_downs WHERE action_id = $1"  # noqa: S608 - constant text only
_TAKE_DOWNS = f"""SELECT {_TASK} FROM take_downs
    WHERE ($1::text IS NULL OR state = $1) AND ($2::timestamptz IS NULL OR (due_at, action_id) > ($2, $3))
    ORDER BY due_at, action_id LIMIT $4"""  # noqa: S608 - constant text only
_OVERDUE = """SELECT action_id FROM take_downs
    WHERE state <> 'closed' AND due_at <= $1 AND escalated_at IS NULL ORDER BY due_at, action_id LIMIT 500"""

_LISTED_AT = "coalesce(next_due_at, begun_at)"
_WATCH = f"SELECT action_id, version, state, document::text AS details, {_LISTED_AT} AS listed_at FROM watches"  # noqa: S608 - constant text only
_WATCHES = f"""{_WATCH}
    WHERE state = $1 AND ($2::timestamptz IS NULL OR {_LISTED_AT} <= $2)
      AND ($3::timestamptz IS NULL OR ({_LISTED_AT}, action_id) > ($3, $4))
    ORDER BY {_LISTED_AT}, action_id LIMIT $5"""


class AftercareQueries:
    """Read models over a read pool."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def take_downs(self, *, state: str | None, after: tuple[datetime, str] | None, limit: int) -> Sequence[Row]:
        """Take-down tasks, those due first in front; `after` is due time and action of the last one seen."""
        due, action_id = after or (None, None)
        return [dict(row) for row in await self._reads.fetch(_TAKE_DOWNS, state, due, action_id, limit)]

    async def take_down(self, action_id: str) -> Row | None:
        """The take-down task of an action."""
        row = await self._reads.fetchrow(_TAKE_DOWN, action_id)
        return None if row is None else dict(row)

    async def overdue_take_downs(self, now: datetime) -> Sequence[str]:
        """Those to be escalated."""
        return [row["action_id"] for row in await self._reads.fetch(_OVERDUE, now)]

    async def watches(
        self, *, state: str, before: datetime | None, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Row]:
        """Watches, the soonest look in front; `before` keeps those whose look was due by then."""
        due, action_id = after or (None, None)
        return [dict(row) for row in await self._reads.fetch(_WATCHES, state, before, due, action_id, limit)]

    async def watch(self, action_id: str) -> Row | None:
        """The watch over an action."""
        row = await self._reads.fetchrow(f"{_WATCH} WHERE action_id = $1", action_id)
        return None if row is None else dict(row)
