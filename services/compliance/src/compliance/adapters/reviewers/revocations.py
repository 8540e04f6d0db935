"""Who may not approve any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Index, Integer, Table, Text, select, text
from sqlalchemy.dialects.postgresql import JSONB

from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.read_models import Reads
from compliance.adapters.records import SqlRecords
from compliance.adapters.tables import QUEUED_SQL, metadata
from compliance.domain.review.revocation import ReviewerRevocation, Withdrawn
from shared.db.metadata import UtcDateTime

revocations = Table(
    "reviewer_revocations",
    metadata,
    Column("revocation_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False, server_default=text("now()")),
)
Index("uq_reviewer_revocations_subject", revocations.c.subject, unique=True)

_APPROVED = f"""SELECT action_id FROM cases WHERE {QUEUED_SQL}
    AND (votes @> jsonb_build_array(jsonb_build_object('by', $1::text))
      OR votes @> jsonb_build_array(jsonb_build_object('on_behalf_of', $1::text))
      OR overrides @> jsonb_build_array(jsonb_build_object('by', $1::text))
      OR pre_approval -> 'signatures' @> jsonb_build_array(jsonb_build_object('by', $1::text)))
    ORDER BY action_id"""  # noqa: S608 - constant text only

_LISTED = """SELECT subject, version, state, (document -> 'capacities')::text AS capacities, changed_at
    FROM reviewer_revocations WHERE ($1::text IS NULL OR subject > $1) ORDER BY subject LIMIT $2"""


class SqlRevocations(SqlRecords[ReviewerRevocation]):
    """Implements `Revocations`."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        super().__init__(uow, revocations, "reviewer_revocation", ReviewerRevocation, Withdrawn)
        self._in_force: dict[str, Withdrawn] | None = None

    async def of_person_for_update(self, subject: str) -> ReviewerRevocation | None:
        return await self._one(select(revocations).where(revocations.c.subject == subject).with_for_update())

    async def in_force(self, subjects: Collection[str]) -> Mapping[str, Withdrawn]:
        if self._in_force is None:  # a handful of people: all of them are read, once per transaction
            wanted = select(revocations).where(revocations.c.state == "revoked")
            self._in_force = {each.details.subject: each.details for each in await self._many(wanted)}
        return {each: self._in_force[each] for each in subjects if each in self._in_force}

    def found_by(self, record: ReviewerRevocation) -> Mapping[str, Any]:
        return {"subject": record.details.subject}


class ReviewerQueries:
    """Read models over a read pool."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def approved_by(self, subject: str) -> Sequence[str]:
        """Queued actions with a vote, an override or a wording signed by this person, or a vote in their place."""
        return [row["action_id"] for row in await self._reads.fetch(_APPROVED, subject)]

    async def revocations(self, *, after: str | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """Everybody something was ever taken from, in order of their subjects; `capacities` is JSON text."""
        return [dict(row) for row in await self._reads.fetch(_LISTED, after, limit)]
