"""What the routes ask for: the caller, and the use cases bootstrap has bound."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from planner.application.ports import PlannerQueries
from planner.domain.action import Action
from planner.domain.plan import EngagementPlan
from shared.auth.dependencies import require
from shared.auth.principal import Principal
from shared.db.unit_of_work import SqlUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """The planner's use cases with everything but the request bound."""

    unit_of_work: Callable[[], SqlUnitOfWork]
    open_plan: Callable[..., Awaitable[EngagementPlan]]
    edit_plan: Callable[..., Awaitable[EngagementPlan]]
    submit_plan: Callable[..., Awaitable[EngagementPlan]]
    approve_plan: Callable[..., Awaitable[EngagementPlan]]
    close_plan: Callable[..., Awaitable[EngagementPlan]]
    draft_action: Callable[..., Awaitable[Action]]
    edit_action: Callable[..., Awaitable[Action]]
    submit_action: Callable[..., Awaitable[Action]]
    withdraw_action: Callable[..., Awaitable[Action]]
    report_outcome: Callable[..., Awaitable[Action]]
    queries: PlannerQueries


async def _use_cases(request: Request) -> UseCases:
    use_cases: UseCases = request.app.state.use_cases
    return use_cases


Bound = Annotated[UseCases, Depends(_use_cases)]
Reader = Annotated[Principal, Depends(require("planner:read"))]
Author = Annotated[Principal, Depends(require("planner:write"))]
Reviewer = Annotated[Principal, Depends(require("compliance:review"))]
Executor = Annotated[Principal, Depends(require("planner:outcome"))]
