"""Plans and actions in PostgreSQL, mapped by hand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update

from planner.adapters.documents import CASE, DRAFT, OUTCOME, PERMIT, SUBMISSION
from planner.adapters.tables import actions, plans
from planner.domain.action import Action
from planner.domain.plan import EngagementPlan
from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.errors import ConcurrentChange, NotFound


class SqlPlanRepository:
    """Implements `PlanRepository`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def get(self, plan_id: str) -> EngagementPlan:
        statement = select(plans).where(plans.c.id == plan_id)
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no plan {plan_id}", field="plan_id", remedy="list the plans with GET /v1/plans")
        plan = EngagementPlan(**{name: value for name, value in row.items() if name != "created_at"})
        self._uow.track(plan)
        return plan

    async def add(self, plan: EngagementPlan) -> None:
        plan.version = 1
        row = {column.name: getattr(plan, column.name) for column in plans.c if column.name != "created_at"}
        await self._uow.connection.execute(insert(plans).values(row))
        self._uow.track(plan)


class SqlActionRepository:
    """Implements `ActionRepository`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def get(self, action_id: str) -> Action:
        statement = select(actions).where(actions.c.id == action_id)
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no action {action_id}", remedy="list the actions with GET /v1/actions")
        action = _from_row(row)
        self._uow.track(action)
        return action

    async def add(self, action: Action) -> None:
        row = {**_to_row(action), "id": action.id, "version": 1, "created_at": action.created_at}
        await self._uow.connection.execute(insert(actions).values(row))
        action.version = 1
        self._uow.track(action)

    async def save(self, action: Action) -> None:
        statement = (
            update(actions)
            .where(actions.c.id == action.id, actions.c.version == action.version)
            .values({**_to_row(action), "version": action.version + 1, "changed_at": func.now()})
        )
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            raise ConcurrentChange(f"action {action.id} was changed by somebody else", remedy="read it and try again")
        action.version += 1


def _to_row(action: Action) -> dict[str, Any]:
    return {
        "plan_id": action.plan_id,
        "stakeholder_id": action.draft.stakeholder_id,
        "type": action.draft.type,
        "state": action.state,
        "slot_start": None if action.draft.slot is None else action.draft.slot.start,
        "draft": DRAFT.dump_python(action.draft, mode="json"),
        "editors": list(action.editors),
        "submission": SUBMISSION.dump_python(action.submission, mode="json"),
        "case_seen": CASE.dump_python(action.case, mode="json"),
        "permit": PERMIT.dump_python(action.permit, mode="json"),
        "outcome": OUTCOME.dump_python(action.outcome, mode="json"),
    }


def _from_row(row: RowMapping) -> Action:
    return Action(
        id=row["id"],
        plan_id=row["plan_id"],
        draft=DRAFT.validate_python(row["draft"]),
        state=row["state"],
        editors=row["editors"],
        created_at=row["created_at"],
        submission=SUBMISSION.validate_python(row["submission"]),
        case=CASE.validate_python(row["case_seen"]),
        permit=PERMIT.validate_python(row["permit"]),
        outcome=OUTCOME.validate_python(row["outcome"]),
        version=row["version"],
    )
