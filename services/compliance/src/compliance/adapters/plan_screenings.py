"""Answers about plans in PostgreSQL: rows are added and never changed."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.tables import plan_screenings
from compliance.domain.plan_screening import PlanScreening


class SqlPlanScreenings:
    """Implements `PlanScreenings`."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self._uow = uow

    async def newest(self, plan_id: str) -> int | None:
        statement = select(func.max(plan_screenings.c.version)).where(plan_screenings.c.plan_id == plan_id)
        return (await self._uow.connection.execute(statement)).scalar_one()

    async def add(self, screening: PlanScreening) -> None:
        submitted, answer = screening.submitted, screening.answer
        row = {
            "plan_id": submitted.plan_id,
            "version": submitted.version,
            "plan": dict(submitted.plan),
            "plan_sha256": submitted.plan_sha256,
            "submitted_by": submitted.submitted_by,
            "verdict": answer.verdict,
            "findings": [finding.as_json() for finding in answer.findings],
            "rule_set": answer.rule_set,
            "screened_at": screening.screened_at,
        }
        await self._uow.connection.execute(insert(plan_screenings).values(row))
        self._uow.wrote("plan", submitted.plan_id, submitted.version, row)
        self._uow.track(screening)
