"""Absences and colleagues in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, text
from sqlalchemy.dialects.postgresql import insert

from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.records import SqlRecords
from compliance.adapters.teamwork import tables
from compliance.application.teamwork.ports import Colleague
from compliance.domain.review.absence import Absence, Cover
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


class SqlTeamwork:
    """Implements `Teamwork`."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self.colleagues = SqlColleagues(uow)
        self.absences = SqlAbsences(uow, tables.absences, "absence", Absence, Cover)
