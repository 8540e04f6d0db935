"""Engagement plans: opened, changed, handed to the screen, approved by a second person, closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planner.application.drafting import OutdatedView
from planner.application.ports import UnitOfWork
from planner.domain.plan import EngagementPlan, PlanDraft
from planner.domain.plan_review import PlanSubmission
from shared.contracts.hashing import sha256_of
from shared.contracts.plan_snapshot import PlanSnapshot, Tiering
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPlan:
    """A wish for a new plan by the token subject `by`."""

    draft: PlanDraft
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPlan:
    """A step on the plan as its caller, the token subject `by`, saw it; `expected_version` None: whatever it is now."""

    plan_id: str
    by: str
    by_name: str
    expected_version: int | None


async def open_plan(command: OpenPlan, *, uow: UnitOfWork, new_id: IdFactory) -> EngagementPlan:
    """The new plan. Raises InvalidValue when it ends before it starts."""
    plan = EngagementPlan.open(plan_id=new_id(), draft=command.draft, by=command.by)
    async with uow:
        uow.changes.acting(command.by)
        await uow.plans.add(plan)
        await uow.commit()
    return plan


async def edit_plan(command: OnPlan, change: Callable[[PlanDraft], PlanDraft], *, uow: UnitOfWork) -> EngagementPlan:
    """The changed plan, a draft again. Raises OutdatedView and what the plan refuses."""
    return await _step(command, lambda plan: plan.edit(change(plan.draft), by=command.by), uow)


async def submit_plan(command: OnPlan, *, uow: UnitOfWork, clock: Clock) -> EngagementPlan:
    """The plan, frozen and handed to the screen. Raises OutdatedView and what the plan refuses."""
    return await _step(command, lambda plan: plan.submit(_frozen(plan, command, clock)), uow)


async def approve_plan(command: OnPlan, *, uow: UnitOfWork, clock: Clock) -> EngagementPlan:
    """The approved plan. Raises OutdatedView and what the plan refuses."""
    return await _step(command, lambda plan: plan.approve(by=command.by, now=clock.now()), uow)


async def close_plan(command: OnPlan, reason: str, *, uow: UnitOfWork) -> EngagementPlan:
    """The closed plan. Raises OutdatedView and what the plan refuses."""
    return await _step(command, lambda plan: plan.close(by=command.by, reason=reason), uow, why=reason)


async def _step(
    command: OnPlan, what: Callable[[EngagementPlan], None], uow: UnitOfWork, *, why: str | None = None
) -> EngagementPlan:
    async with uow:
        uow.changes.acting(command.by, why)
        plan = await uow.plans.get(command.plan_id)
        if command.expected_version not in (None, plan.version):
            raise OutdatedView(
                f"the plan is at version {plan.version}, you saw {command.expected_version}",
                field="If-Match",
                remedy="read it again and repeat your change",
                current_version=plan.version,
            )
        what(plan)
        await uow.plans.save(plan)
        await uow.commit()
        return plan


def _frozen(plan: EngagementPlan, command: OnPlan, clock: Clock) -> PlanSubmission:
    draft = plan.draft
    ranking = draft.tiering
    snapshot = PlanSnapshot(
        plan_id=plan.id,
        title=draft.title,
        objective=draft.objective,
        therapy_area=draft.therapy_area,
        purpose=draft.purpose,
        kpis=draft.kpis,
        tiering=None if ranking is None else Tiering(criteria=ranking.criteria, confirmed_by=ranking.confirmed_by),
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
    ).model_dump(mode="json")
    return PlanSubmission(
        version=plan.version + 1,
        plan=snapshot,
        plan_sha256=sha256_of(snapshot),
        submitted_by=command.by,
        submitted_by_name=command.by_name,
        edited_by=plan.editors,
        submitted_at=clock.now(),
    )
