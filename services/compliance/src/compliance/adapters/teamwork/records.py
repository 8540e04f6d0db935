"""Absences, assignments, comments and colleagues in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.records import SqlRecords
from compliance.adapters.teamwork import tables
from compliance.application.teamwork.ports import Colleague, Mention
from compliance.domain.review.absence import Absence, Cover
from compliance.domain.review.assignment import Assignment, Task
from compliance.domain.review.comment import Comment, Discussion
from shared.db.locks import lock_key
from shared.db.unit_of_work import SqlUnitOfWork

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


class SqlColleagues:
    """Implements `Colleagues`; writes only what a token tells anew."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def note(self, colleague: Colleague, at: datetime) -> None:
        table = tables.colleagues
        row = {"name": colleague.name, "may_review": colleague.may_review, "seen_at": at}
        differs = or_(table.c.name != colleague.name, table.c.may_review != colleague.may_review)
        statement = insert(table).values(subject=colleague.subject, **row)
        await self._uow.connection.execute(
            statement.on_conflict_do_update(index_elements=[table.c.subject], set_=row, where=differs)
        )

    async def named(self, subjects: Collection[str]) -> Mapping[str, Colleague]:
        columns = tables.colleagues.c
        wanted = select(columns.subject, columns.name, columns.may_review).where(columns.subject.in_(sorted(subjects)))
        rows = (await self._uow.connection.execute(wanted)).mappings()
        return {row["subject"]: Colleague(**row) for row in rows}


class SqlAbsences(SqlRecords[Absence]):
    """Implements `Absences`."""

    async def of_person_for_update(self, subject: str) -> Sequence[Absence]:
        await self._uow.connection.execute(_LOCK, {"key": lock_key(f"absences of {subject}")})
        columns = tables.absences.c
        wanted = select(tables.absences).where(columns.subject == subject, columns.state == "registered")
        return await self._many(wanted.with_for_update())

    async def between(self, subject: str, delegate: str, at: datetime) -> Absence | None:
        columns = tables.absences.c
        wanted = select(tables.absences).where(
            columns.subject == subject,
            columns.delegate == delegate,
            columns.state == "registered",
            columns.starts_at <= at,
            columns.ends_at > at,
        )
        return await self._one(wanted.with_for_update(read=True))

    def found_by(self, record: Absence) -> Mapping[str, Any]:
        cover = record.details
        return {
            "subject": cover.subject,
            "delegate": cover.delegate,
            "starts_at": cover.starts_at,
            "ends_at": cover.ends_at,
        }


class SqlAssignments(SqlRecords[Assignment]):
    """Implements `Assignments`."""

    async def of_case(self, action_id: str) -> Sequence[Assignment]:
        columns = tables.assignments.c
        return await self._many(
            select(tables.assignments).where(columns.action_id == action_id, columns.state == "assigned")
        )

    def found_by(self, record: Assignment) -> Mapping[str, Any]:
        task = record.details
        return {"action_id": task.action_id, "assignee": task.assignee, "step": task.step}


class SqlComments(SqlRecords[Comment]):
    """Implements `Comments`."""

    async def about_for_update(self, stakeholder_id: str) -> Sequence[Comment]:
        wanted = select(tables.comments).where(tables.comments.c.stakeholder_id == stakeholder_id)
        return await self._many(wanted.with_for_update())

    def found_by(self, record: Comment) -> Mapping[str, Any]:
        discussion = record.details
        return {
            "action_id": discussion.action_id,
            "action_version": discussion.action_version,
            "stakeholder_id": discussion.stakeholder_id,
        }


class SqlMentions:
    """Implements `Mentions`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def add(self, mention: Mention) -> None:
        self._uow.stage(tables.mentions, {**asdict(mention), "read_at": None})

    async def read(self, subject: str, mention_id: str, at: datetime) -> bool:
        table = tables.mentions
        statement = update(table).where(table.c.mention_id == mention_id, table.c.subject == subject)
        seen = await self._uow.connection.execute(statement.values(read_at=func.coalesce(table.c.read_at, at)))
        return seen.rowcount == 1


class SqlTeamwork:
    """Implements `Teamwork`."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self.colleagues = SqlColleagues(uow)
        self.absences = SqlAbsences(uow, tables.absences, "absence", Absence, Cover)
        self.assignments = SqlAssignments(uow, tables.assignments, "assignment", Assignment, Task)
        self.comments = SqlComments(uow, tables.comments, "comment", Comment, Discussion)
        self.mentions = SqlMentions(uow)
