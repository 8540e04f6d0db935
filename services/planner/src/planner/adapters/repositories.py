"""Plans and actions in PostgreSQL, mapped by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update

from planner.adapters.documents import (
    CASE,
    DRAFT,
    OUTCOME,
    PERMIT,
    PLAN_ANSWER,
    PLAN_APPROVAL,
    PLAN_SUBMISSION,
    SUBMISSION,
    TIERING,
)
from planner.adapters.tables import actions, plans
from planner.domain.action import Action
from planner.domain.plan import SCREENED_AGAIN, EngagementPlan, PlanDraft
from shared.changelog.changes import Changes
from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.errors import ConcurrentChange, NotFound

_TOLD_BY_HASH = frozenset({"snapshot", "plan", "findings", "changes"})
_PLAIN = ("title", "therapy_area", "objective", "purpose", "starts_on", "ends_on")


class SqlPlanRepository:
    """Implements `PlanRepository`."""

    def __init__(self, uow: SqlUnitOfWork, changes: Changes) -> None:
        self._uow = uow
        self._changes = changes
        self._loaded: dict[str, dict[str, Any]] = {}

    async def get(self, plan_id: str) -> EngagementPlan:
        statement = select(plans).where(plans.c.id == plan_id)
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no plan {plan_id}", field="plan_id", remedy="list the plans with GET /v1/plans")
        plan = _plan_of(row)
        self._loaded[plan.id] = _plan_row(plan)
        self._uow.track(plan)
        return plan

    async def screened_by_other_rules(self, rule_set: str, *, limit: int) -> Sequence[str]:
        answer, submission = plans.c.answer, plans.c.submission
        others = answer["rule_set"].astext.is_distinct_from(rule_set)
        asked = answer["version"].astext.is_distinct_from(submission["version"].astext)
        statement = (
            select(plans.c.id)
            .where(plans.c.state.in_(SCREENED_AGAIN), others | asked)
            .order_by(plans.c.ends_on.desc(), plans.c.id)
            .limit(limit)
        )
        return (await self._uow.connection.execute(statement)).scalars().all()

    async def add(self, plan: EngagementPlan) -> None:
        plan.version = 1
        row = {**_plan_row(plan), "id": plan.id, "version": 1, "created_by": plan.created_by}
        await self._uow.connection.execute(insert(plans).values(row))
        self._note(plan)
        self._uow.track(plan)

    async def save(self, plan: EngagementPlan) -> None:
        statement = (
            update(plans)
            .where(plans.c.id == plan.id, plans.c.version == plan.version)
            .values({**_plan_row(plan), "version": plan.version + 1})
        )
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            raise ConcurrentChange(f"plan {plan.id} was changed by somebody else", remedy="read it and try again")
        plan.version += 1
        self._note(plan)

    def _note(self, plan: EngagementPlan) -> None:
        old, new = self._loaded.get(plan.id, {}), _plan_row(plan)
        self._changes.note("plan", plan.id, plan.version, old=_telling(old), new=_telling(new))
        self._loaded[plan.id] = new


class SqlActionRepository:
    """Implements `ActionRepository`."""

    def __init__(self, uow: SqlUnitOfWork, changes: Changes) -> None:
        self._uow = uow
        self._changes = changes
        self._loaded: dict[str, dict[str, Any]] = {}

    async def get(self, action_id: str) -> Action:
        statement = select(actions).where(actions.c.id == action_id)
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no action {action_id}", remedy="list the actions with GET /v1/actions")
        action = _from_row(row)
        self._loaded[action.id] = _to_row(action)
        self._uow.track(action)
        return action

    async def add(self, action: Action) -> None:
        row = {**_to_row(action), "id": action.id, "version": 1, "created_at": action.created_at}
        await self._uow.connection.execute(insert(actions).values(row))
        action.version = 1
        self._note(action)
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
        self._note(action)

    async def forget_changes_for(self, stakeholder_id: str) -> None:
        theirs = select(actions.c.id).where(actions.c.stakeholder_id == stakeholder_id)
        await self._changes.forget((await self._uow.connection.execute(theirs)).scalars().all())

    def _note(self, action: Action) -> None:
        old, new = self._loaded.get(action.id, {}), _to_row(action)
        self._changes.note("action", action.id, action.version, old=_telling(old), new=_telling(new))
        self._loaded[action.id] = new


def _telling(row: dict[str, Any]) -> dict[str, Any]:
    """What the changelog keeps: a frozen document is told by its hash, findings by the verdict."""
    return {
        column: {name: each for name, each in value.items() if name not in _TOLD_BY_HASH}  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - JSON
        if isinstance(value, dict)
        else value
        for column, value in row.items()
    }


def _plan_row(plan: EngagementPlan) -> dict[str, Any]:
    draft = plan.draft
    return {
        **{name: getattr(draft, name) for name in _PLAIN},
        "kpis": None if draft.kpis is None else list(draft.kpis),
        "tiering": TIERING.dump_python(draft.tiering, mode="json"),
        "state": plan.state,
        "editors": list(plan.editors),
        "submission": PLAN_SUBMISSION.dump_python(plan.submission, mode="json"),
        "answer": PLAN_ANSWER.dump_python(plan.answer, mode="json"),
        "approval": PLAN_APPROVAL.dump_python(plan.approval, mode="json"),
    }


def _plan_of(row: RowMapping) -> EngagementPlan:
    draft = PlanDraft(
        **{name: row[name] for name in _PLAIN},
        kpis=None if row["kpis"] is None else tuple(row["kpis"]),
        tiering=TIERING.validate_python(row["tiering"]),
    )
    return EngagementPlan(
        id=row["id"],
        draft=draft,
        created_by=row["created_by"],
        state=row["state"],
        editors=row["editors"],
        submission=PLAN_SUBMISSION.validate_python(row["submission"]),
        answer=PLAN_ANSWER.validate_python(row["answer"]),
        approval=PLAN_APPROVAL.validate_python(row["approval"]),
        version=row["version"],
    )


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
