"""What is under watch in the console."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from portal.application.answers import Answer, Problem, ServiceRefused, settled
from portal.application.deciding import REVIEW_SCOPE
from portal.application.sessions import Session
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see, text_of

router = APIRouter(prefix="/aftercare/watches")

_PER_PAGE = 50
_DONE = {"looks": "Your look is recorded.", "closing": "The watch is over."}


@router.get("")
async def watches(request: Request, session: SignedIn, show: str = "open", cursor: str = "") -> Response:
    """What is watched, the soonest look in front."""
    services = console_of(request).services
    wanted = {"overdue": "true"} if show == "overdue" else {"state": "closed" if show == "closed" else "open"}
    answer = await settled(
        services.get("compliance", "/v1/watches", session.token, cursor=cursor, limit=_PER_PAGE, **wanted)
    )
    found = Answer({}) if isinstance(answer, Problem) else answer
    values: dict[str, Any] = {
        "problem": answer if isinstance(answer, Problem) else None,
        "show": show if show in ("open", "overdue", "closed") else "open",
        "watches": found.items,
        "next": found.next_cursor,
    }
    return page(request, "watches.html", session, values)


@router.get("/{action_id}")
async def watch(action_id: UUID, request: Request, session: SignedIn, done: str = "") -> Response:
    """One watch: looks, posts about it, and what is due."""
    return await _shown(request, session, action_id, {"done": _DONE.get(done), "refusal": None})


@router.post("/{action_id}/{step}")
async def take_step(action_id: UUID, step: str, request: Request, session: SignedIn) -> Response:
    """Record a look, or end the watch."""
    form = await checked_form(request, session)
    if step not in _DONE:
        return see(f"/aftercare/watches/{action_id}")
    body = {"reason": text_of(form, "reason")} | ({"what": text_of(form, "what")} if step == "looks" else {})
    tag = text_of(form, "etag") or None if step == "closing" else None
    services = console_of(request).services
    answer = await settled(
        services.post("compliance", f"/v1/watches/{action_id}/{step}", session.token, body, if_match=tag)
    )
    if isinstance(answer, Problem):
        values: dict[str, Any] = {"done": None, "refusal": answer}
        return await _shown(request, session, action_id, values, status=answer.status or 503)
    return see(f"/aftercare/watches/{action_id}", done=step)


async def _shown(
    request: Request, session: Session, action_id: UUID, values: dict[str, Any], *, status: int = 200
) -> Response:
    answer = await settled(console_of(request).services.get("compliance", f"/v1/watches/{action_id}", session.token))
    if isinstance(answer, Problem):
        raise ServiceRefused(answer)
    values |= {
        "watch": answer.body,
        "etag": answer.etag,
        "may_watch": REVIEW_SCOPE in session.principal.scopes and answer.body["state"] == "open",
    }
    return page(request, "watch.html", session, values, status=status)
