"""What is looked after once it is out: take-downs of what was recalled."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from portal.application.aftercare_view import PROOFS, TAKE_DOWN_STATES, take_down_view
from portal.application.answers import Answer, Problem, ServiceRefused, settled
from portal.application.sessions import Session
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see, text_of

router = APIRouter(prefix="/aftercare")

_PER_PAGE = 50
_STEPS = {
    "done": "Recorded. Somebody else looks and confirms it.",
    "not-possible": "Recorded. Somebody else looks and confirms it.",
    "confirmation": "Confirmed: it is settled.",
    "reopening": "It is open again.",
}


@router.get("")
async def take_downs(request: Request, session: SignedIn, state: str = "open", cursor: str = "") -> Response:
    """Tasks in a state, those due first in front."""
    wanted = state if state in TAKE_DOWN_STATES else None
    services = console_of(request).services
    answer = await settled(
        services.get("compliance", "/v1/take-downs", session.token, state=wanted, cursor=cursor, limit=_PER_PAGE)
    )
    found = Answer({}) if isinstance(answer, Problem) else answer
    values: dict[str, Any] = {
        "problem": answer if isinstance(answer, Problem) else None,
        "state": wanted or "all",
        "states": TAKE_DOWN_STATES,
        "tasks": [{**each, "view": _view(each, session)} for each in found.items],
        "next": found.next_cursor,
    }
    return page(request, "take_downs.html", session, values)


@router.get("/take-downs/{action_id}")
async def take_down(action_id: UUID, request: Request, session: SignedIn, done: str = "") -> Response:
    """One task, and what this person may do about it."""
    return await _shown(request, session, action_id, {"done": _STEPS.get(done), "refusal": None})


@router.post("/take-downs/{action_id}/{step}")
async def take_step(action_id: UUID, step: str, request: Request, session: SignedIn) -> Response:
    """Record the proof, say that it is impossible, confirm, or say that it is still there."""
    form = await checked_form(request, session)
    body: dict[str, Any] = {"reason": text_of(form, "reason")}
    if step == "done":
        kind, given = text_of(form, "kind"), text_of(form, "proof")
        body |= {"kind": kind, {"url_gone": "url", "screenshot": "sha256"}.get(kind, "note"): given}
    elif step not in _STEPS:
        return see(f"/aftercare/take-downs/{action_id}")
    place, services = f"/v1/take-downs/{action_id}/{step}", console_of(request).services
    tag = text_of(form, "etag") or None
    answer = await settled(services.post("compliance", place, session.token, body, if_match=tag))
    if isinstance(answer, Problem):
        values: dict[str, Any] = {"done": None, "refusal": answer}
        return await _shown(request, session, action_id, values, status=answer.status or 503)
    return see(f"/aftercare/take-downs/{action_id}", done=step)


async def _shown(
    request: Request, session: Session, action_id: UUID, values: dict[str, Any], *, status: int = 200
) -> Response:
    services = console_of(request).services
    answer = await settled(services.get("compliance", f"/v1/take-downs/{action_id}", session.token))
    if isinstance(answer, Problem):
        raise ServiceRefused(answer)
    values |= {"task": answer.body, "etag": answer.etag, "view": _view(answer.body, session), "proofs": PROOFS}
    return page(request, "take_down.html", session, values, status=status)


def _view(task: dict[str, Any], session: Session) -> dict[str, Any]:
    return take_down_view(task, subject=session.principal.subject, scopes=session.principal.scopes)
