"""The engagement plan: six to twelve months of value for one therapy area."""

from __future__ import annotations

from datetime import date

from planner.domain.events import PlanOpened
from shared.kernel.errors import InvalidValue
from shared.kernel.events import Aggregate

SHORTEST_DAYS = 180
LONGEST_DAYS = 366


class EngagementPlan(Aggregate):
    """A frame for actions. Dates are inclusive calendar days."""

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the aggregate's id
        title: str,
        therapy_area: str,
        objective: str,
        starts_on: date,
        ends_on: date,
        created_by: str,
        version: int = 0,
    ) -> None:
        super().__init__(version=version)
        self.id = id
        self.title = title
        self.therapy_area = therapy_area
        self.objective = objective
        self.starts_on = starts_on
        self.ends_on = ends_on
        self.created_by = created_by

    @classmethod
    def open(
        cls, *, plan_id: str, title: str, therapy_area: str, objective: str, starts_on: date, ends_on: date, by: str
    ) -> EngagementPlan:
        """A new plan. Raises InvalidValue when it ends before it starts."""
        if ends_on <= starts_on:
            raise InvalidValue(
                "ends_on must be after starts_on", field="ends_on", remedy="choose an end six to twelve months ahead"
            )
        plan = cls(
            id=plan_id,
            title=title,
            therapy_area=therapy_area,
            objective=objective,
            starts_on=starts_on,
            ends_on=ends_on,
            created_by=by,
        )
        plan.record(PlanOpened(plan_id=plan_id, title=title, starts_on=starts_on, ends_on=ends_on))
        return plan


def period_warnings(starts_on: date, ends_on: date) -> list[str]:
    """What is unusual about a plan's length, in words."""
    days = (ends_on - starts_on).days
    if days < SHORTEST_DAYS:
        return [f"the plan covers {days} days; relationships are usually planned for six to twelve months"]
    if days > LONGEST_DAYS:
        return [f"the plan covers {days} days; plan at most twelve months and renew"]
    return []
