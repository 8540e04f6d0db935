"""What people read about forwarded cases, straight from the tables. Soonest due first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from compliance.adapters.read_models import Reads
from compliance.application.desk_work import DeskName
from shared.web.problem import Malformed

Row = Mapping[str, Any]

_SAME = """version, state, source, source_id, stakeholder_id, quote, texts::text AS texts, evidence::text AS evidence,
    author, url, country, country_known, quote_sha256, found_by::text AS found_by, first_seen_at, due_at, timezone,
    calendar, stages::text AS stages, acknowledged_by, acknowledged_at, handed_over_by, handed_over_at,
    coalesce(closing::text, 'null') AS closing,
    state IN ('open', 'acknowledged') AND due_at <= now() AS overdue"""


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    key: str
    own: str

    @property
    def columns(self) -> str:
        return f"{self.key}, {_SAME}, {self.own}"


_TABLES: Mapping[DeskName, _Table] = {
    "drug_safety": _Table(
        "safety_cases",
        "safety_case_id",
        "criteria::text AS criteria, places::text AS places, situations::text AS situations, qualification, "
        "qualification_known, corrections::text AS corrections",
    ),
    "medical_information": _Table(
        "medical_information_cases",
        "medical_information_case_id",
        "products::text AS products, topics::text AS topics",
    ),
}
_STATES = """($1::text IS NULL OR state = $1 OR ($1 = 'waiting' AND state IN ('open', 'acknowledged'))
    OR ($1 = 'overdue' AND state IN ('open', 'acknowledged') AND due_at <= now()))"""


class ForwardedQueries:
    """Read models over a read pool. JSON columns come as text."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def cases(self, desk: DeskName, *, state: str | None, after: str | None, limit: int) -> Sequence[Row]:
        """Cases in a state, or `waiting` for their hand-over, or `overdue` with it. `after` is `position` of one."""
        table = _TABLES[desk]
        due_at, case_id = _place(after)
        query = f"""SELECT {table.columns} FROM {table.name}
            WHERE {_STATES} AND ($2::timestamptz IS NULL OR (due_at, {table.key}) > ($2, $3))
            ORDER BY due_at, {table.key} LIMIT $4"""  # noqa: S608 - constant text only
        return [dict(row) for row in await self._reads.fetch(query, state, due_at, case_id, limit)]

    async def case(self, desk: DeskName, case_id: str) -> Row | None:
        """One case."""
        table = _TABLES[desk]
        query = f"SELECT {table.columns} FROM {table.name} WHERE {table.key} = $1"  # noqa: S608 - constant text only
        row = await self._reads.fetchrow(query, case_id)
        return None if row is None else dict(row)

    async def due(self, desk: DeskName, now: datetime) -> Sequence[str]:
        """Ids of cases whose next escalation is due."""
        table = _TABLES[desk]
        query = f"""SELECT {table.key} AS id FROM {table.name} WHERE next_stage_at <= $1
            ORDER BY next_stage_at LIMIT 500"""  # noqa: S608 - constant text only
        return [row["id"] for row in await self._reads.fetch(query, now)]


def _place(after: str | None) -> tuple[datetime | None, str]:
    if after is None:
        return None, ""
    due_at, _, case_id = after.partition("~")
    try:
        return datetime.fromisoformat(due_at), case_id
    except ValueError:
        raise Malformed(
            "cursor is not one of this list's", field="cursor", remedy="send next_cursor unchanged"
        ) from None
