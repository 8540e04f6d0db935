"""Opening engagement plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from planner.application.ports import UnitOfWork
from planner.domain.plan import EngagementPlan
from shared.kernel.ids import IdFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPlan:
    """A wish for a new plan by the token subject `by`."""

    title: str
    therapy_area: str
    objective: str
    starts_on: date
    ends_on: date
    by: str


async def open_plan(command: OpenPlan, *, uow: UnitOfWork, new_id: IdFactory) -> EngagementPlan:
    """The new plan. Raises InvalidValue when it ends before it starts."""
    plan = EngagementPlan.open(
        plan_id=new_id(),
        title=command.title,
        therapy_area=command.therapy_area,
        objective=command.objective,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        by=command.by,
    )
    async with uow:
        await uow.plans.add(plan)
        await uow.commit()
    return plan
