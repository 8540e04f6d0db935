"""Plans and their actions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from portal.application.answers import Problem, ServiceRefused, settled, together
from portal.entrypoints.console import SignedIn, console_of, page

router = APIRouter(prefix="/plans")

_PER_PAGE = 50


@router.get("")
async def plans(request: Request, session: SignedIn, cursor: str = "") -> Response:
    """All plans, newest first."""
    services = console_of(request).services
    answer = await settled(services.get("planner", "/v1/plans", session.token, cursor=cursor, limit=_PER_PAGE))
    values: dict[str, Any] = {"plans": [], "next": None, "problem": None}
    if isinstance(answer, Problem):
        return page(request, "plans.html", session, {**values, "problem": answer})
    found = {"plans": answer.items, "next": answer.next_cursor}
    return page(request, "plans.html", session, {**values, **found})


@router.get("/{plan_id}")
async def plan(plan_id: UUID, request: Request, session: SignedIn, cursor: str = "") -> Response:
    """One plan and what is planned in it."""
    get, token = console_of(request).services.get, session.token
    shown, actions = await together(
        get("planner", f"/v1/plans/{plan_id}", token),
        get("planner", f"/v1/plans/{plan_id}/actions", token, cursor=cursor, limit=_PER_PAGE),
    )
    if isinstance(shown, Problem):
        raise ServiceRefused(shown)
    values: dict[str, Any] = {"plan": shown.body, "actions": [], "next": None, "problem": None}
    if isinstance(actions, Problem):
        return page(request, "plan.html", session, {**values, "problem": actions})
    return page(request, "plan.html", session, {**values, "actions": actions.items, "next": actions.next_cursor})
