"""Plans and their actions."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from portal.application.answers import Answer, Problem, ServiceRefused, settled, together
from portal.application.plan_view import PLAN_DONE, plan_view
from portal.application.sessions import Session
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see, text_of

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
async def plan(plan_id: UUID, request: Request, session: SignedIn, cursor: str = "", done: str = "") -> Response:
    """One plan, what the screen says to it, and what is planned in it."""
    return await _plan(request, session, plan_id, {"done": PLAN_DONE.get(done), "refusal": None}, cursor=cursor)


@router.post("/{plan_id}/{step}")
async def take_step(
    plan_id: UUID, step: Literal["submission", "approval"], request: Request, session: SignedIn
) -> Response:
    """Hand the version that was shown to the screen, or approve it."""
    form = await checked_form(request, session)
    version = text_of(form, "version")
    tag = f'"v{version}"' if version.isdecimal() else None
    services = console_of(request).services
    answer = await settled(services.post("planner", f"/v1/plans/{plan_id}/{step}", session.token, {}, if_match=tag))
    if isinstance(answer, Problem):
        values: dict[str, Any] = {"done": None, "refusal": answer}
        return await _plan(request, session, plan_id, values, status=answer.status or 503)
    return see(f"/plans/{plan_id}", done=step)


async def _plan(
    request: Request, session: Session, plan_id: UUID, values: dict[str, Any], *, cursor: str = "", status: int = 200
) -> Response:
    get, token = console_of(request).services.get, session.token
    shown, actions = await together(
        get("planner", f"/v1/plans/{plan_id}", token),
        get("planner", f"/v1/plans/{plan_id}/actions", token, cursor=cursor, limit=_PER_PAGE),
    )
    if isinstance(shown, Problem):
        raise ServiceRefused(shown)
    view = plan_view(shown.body, subject=session.principal.subject, scopes=session.principal.scopes)
    found = Answer({}) if isinstance(actions, Problem) else actions
    values |= {
        "plan": shown.body,
        "view": view,
        "actions": found.items,
        "next": found.next_cursor,
        "problem": actions if isinstance(actions, Problem) else None,
    }
    return page(request, "plan.html", session, values, status=status)
