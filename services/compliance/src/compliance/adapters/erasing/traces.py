"""Copies of what was in cases, and which cases of erased persons still hold their data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from compliance.adapters.read_models import Reads
from shared.db.unit_of_work import SqlUnitOfWork

_FORGET = tuple(
    text(statement).bindparams(bindparam("ids", type_=ARRAY(Text)))
    for statement in (
        "DELETE FROM case_versions WHERE action_id = ANY(:ids)",
        "DELETE FROM release_holds WHERE action_id = ANY(:ids)",
        "DELETE FROM outbox_messages WHERE aggregate_id = ANY(:ids) AND published_at IS NOT NULL",
        """DELETE FROM rehearsals r WHERE r.state <> 'running' AND EXISTS (SELECT FROM unnest(:ids) AS w (id)
            WHERE strpos(coalesce(r.changes::text, '') || coalesce(r.summary::text, ''), w.id) > 0)""",
    )
)
_ERASABLE = """SELECT DISTINCT c.stakeholder_id FROM people_view p JOIN cases c USING (stakeholder_id)
    WHERE p.erased AND c.erased_at IS NULL AND NOT EXISTS (
      SELECT FROM permits r WHERE r.action_id = c.action_id AND r.redeemed_at > $1)
    ORDER BY 1 LIMIT 100"""


class SqlTraces:
    """Implements `Traces`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def forget(self, action_ids: Sequence[str]) -> None:
        if action_ids:
            for statement in _FORGET:
                await self._uow.connection.execute(statement, {"ids": list(action_ids)})


class ErasableQueries:
    """Implements `FindDue` over a read pool."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def __call__(self, published_before: datetime) -> Sequence[str]:
        """Persons of whom something is left that was published before then, or never."""
        return [row["stakeholder_id"] for row in await self._reads.fetch(_ERASABLE, published_before)]
