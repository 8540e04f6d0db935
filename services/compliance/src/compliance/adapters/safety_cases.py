"""Safety cases in PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, Select, func, insert, select, update

from compliance.adapters.tables import safety_cases
from compliance.domain.safety_case import SafetyCase, SafetyReport
from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.errors import ConcurrentChange


class SqlSafetyCases:
    """Implements `SafetyCases`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def get(self, safety_case_id: str) -> SafetyCase | None:
        return await self._one(select(safety_cases).where(safety_cases.c.safety_case_id == safety_case_id))

    async def get_for_update(self, safety_case_id: str) -> SafetyCase | None:
        return await self._one(
            select(safety_cases).where(safety_cases.c.safety_case_id == safety_case_id).with_for_update()
        )

    async def is_known(self, source: str, source_id: str, quote_sha256: str) -> bool:
        statement = select(safety_cases.c.safety_case_id).where(
            safety_cases.c.source == source,
            safety_cases.c.source_id == source_id,
            safety_cases.c.quote_sha256 == quote_sha256,
        )
        return (await self._uow.connection.execute(statement)).first() is not None

    async def open_for(self, stakeholder_id: str) -> int:
        statement = select(func.count()).where(
            safety_cases.c.stakeholder_id == stakeholder_id, safety_cases.c.state != "handed_over"
        )
        return int((await self._uow.connection.execute(statement)).scalar_one())

    async def add(self, case: SafetyCase) -> None:
        report = case.report
        row = {
            "safety_case_id": report.safety_case_id,
            "version": case.version,
            "state": case.state,
            "source": report.source,
            "source_id": report.source_id,
            "stakeholder_id": report.stakeholder_id,
            "quote": report.quote,
            "quote_sha256": report.quote_sha256,
            "criteria": dict(report.criteria),
            "first_seen_at": report.first_seen_at,
            "due_at": report.due_at,
        }
        await self._uow.connection.execute(insert(safety_cases).values(row))
        self._written(case)

    async def save(self, case: SafetyCase) -> None:
        if case.version == case.stored_version:
            return
        statement = (
            update(safety_cases)
            .where(
                safety_cases.c.safety_case_id == case.report.safety_case_id,
                safety_cases.c.version == case.stored_version,
            )
            .values(
                version=case.version,
                state=case.state,
                handed_over_by=case.handed_over_by,
                handed_over_at=case.handed_over_at,
            )
        )
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            raise ConcurrentChange(f"safety case {case.report.safety_case_id} was changed by somebody else")
        self._written(case)

    async def _one(self, statement: Select[Any]) -> SafetyCase | None:
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        if row is None:
            return None
        case = _from_row(row)
        self._uow.track(case)
        return case

    def _written(self, case: SafetyCase) -> None:
        case.stored_version = case.version
        self._uow.track(case)


def _from_row(row: RowMapping) -> SafetyCase:
    names = tuple(SafetyReport.__dataclass_fields__)
    report = SafetyReport(**{name: row[name] for name in names})
    case = SafetyCase(report, state=row["state"], version=row["version"])
    case.handed_over_by, case.handed_over_at = row["handed_over_by"], row["handed_over_at"]
    return case
