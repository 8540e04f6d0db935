"""Forwarded cases: for drug safety and for Medical Information, the same way."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from portal.application.answers import Answer, Problem, settled
from portal.application.desk_view import QUESTIONS, SAFETY, Desk, time_left, urgency, view_of
from portal.application.sessions import Session
from portal.application.words import CRITERIA, DESK_STATES
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see, text_of

_PER_PAGE = 50
_STEPS: Mapping[str, str] = {
    "acknowledgement": "acknowledged",
    "hand-over": "handed_over",
    "closing": "closed",
    "reopening": "reopened",
    "corrections": "corrected",
}


def _desk_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix=desk.address)

    @router.get("")
    async def queue(request: Request, session: SignedIn, state: str = "waiting", cursor: str = "") -> Response:  # pyright: ignore[reportUnusedFunction] - the router holds it
        """Cases in a state, soonest due first."""
        return await _queue(request, session, desk, state, cursor)

    @router.get("/{case_id}")
    async def case(case_id: UUID, request: Request, session: SignedIn, done: str = "") -> Response:  # pyright: ignore[reportUnusedFunction] - the router holds it
        """One case."""
        return await _case(request, session, desk, str(case_id), {"done": done})

    @router.get("/{case_id}/export")
    async def export(case_id: UUID, request: Request, session: SignedIn) -> Response:  # pyright: ignore[reportUnusedFunction] - the router holds it
        """The case as a file."""
        services = console_of(request).services
        answer = await settled(services.get("compliance", f"{desk.api}/{case_id}/export", session.token))
        if isinstance(answer, Problem):
            return await _case(request, session, desk, str(case_id), {"refusal": answer})
        name = f"{desk.address.strip('/')}-{case_id}.json"
        content = json.dumps(answer.body, indent=1, ensure_ascii=False)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type="application/json", headers=headers)

    @router.post("/{case_id}/{step}")
    async def take_step(case_id: UUID, step: str, request: Request, session: SignedIn) -> Response:  # pyright: ignore[reportUnusedFunction] - the router holds it
        """Acknowledge, hand over, close, undo, correct."""
        form = await checked_form(request, session)
        given = {name: text_of(form, name) for name in form if isinstance(form.get(name), str)}
        return await _take_step(request, session, desk, (str(case_id), step), given)

    return router


async def _queue(request: Request, session: Session, desk: Desk, state: str, cursor: str) -> Response:
    console = console_of(request)
    wanted = state if state in DESK_STATES else None
    answer = await settled(
        console.services.get("compliance", desk.api, session.token, state=wanted, cursor=cursor, limit=_PER_PAGE)
    )
    found = Answer({}) if isinstance(answer, Problem) else answer
    now = console.clock.now()
    values: dict[str, Any] = {
        "desk": desk,
        "state": wanted or "all",
        "states": DESK_STATES,
        "problem": answer if isinstance(answer, Problem) else None,
        "cases": [
            {
                **case,
                "case_id": case[desk.key],
                "left": time_left(case, now),
                "urgency": urgency(case),
                "same_words": _same_words(case, found.items, desk),
            }
            for case in found.items
        ],
        "next": found.next_cursor,
    }
    return page(request, "desk.html", session, values)


async def _case(
    request: Request, session: Session, desk: Desk, case_id: str, more: Mapping[str, Any], *, status: int = 200
) -> Response:
    console = console_of(request)
    answer = await settled(console.services.get("compliance", f"{desk.api}/{case_id}", session.token))
    values: dict[str, Any] = {"desk": desk, "done": "", "refusal": None, "slip": None, **more}
    if isinstance(answer, Problem):
        values |= {"problem": answer, "case": None, "view": None}
        return page(request, "desk_case.html", session, values, status=answer.status or 503)
    view = view_of(answer.body, desk, session.principal.scopes, console.clock.now())
    values |= {"problem": None, "case": answer.body, "view": view, "case_id": case_id}
    return page(request, "desk_case.html", session, values, status=status)


async def _take_step(
    request: Request, session: Session, desk: Desk, what: tuple[str, str], given: Mapping[str, str]
) -> Response:
    case_id, step = what
    if step not in _STEPS:
        slip = "There is no such step."
        return await _case(request, session, desk, case_id, {"slip": slip}, status=404)
    if (slip := _slip(step, given, desk)) is not None:
        return await _case(request, session, desk, case_id, {"slip": slip}, status=400)
    services = console_of(request).services
    body, etag = _body(step, given), given.get("version")
    tag = f'"v{etag}"' if etag and etag.isdecimal() else None
    answer = await settled(
        services.post("compliance", f"{desk.api}/{case_id}/{step}", session.token, body, if_match=tag)
    )
    if isinstance(answer, Problem):
        return await _case(request, session, desk, case_id, {"refusal": answer}, status=answer.status or 503)
    return see(f"{desk.address}/{case_id}", done=_STEPS[step])


def _slip(step: str, given: Mapping[str, str], desk: Desk) -> str | None:
    """What the form leaves open; nothing is sent that somebody may have meant otherwise."""
    if step == "hand-over" and given.get("confirmed") != "yes":
        return f"Tick that {desk.name} has it; nothing was recorded."
    name = given.get("name", "")
    if step == "corrections" and name in CRITERIA and given.get("value") not in ("known", "not known"):
        return f"Say “known” or “not known” for the {name}; nothing was recorded."
    return None


def _body(step: str, given: Mapping[str, str]) -> dict[str, Any]:
    if step == "closing":
        return {name: given.get(name) or None for name in ("outcome", "reference", "reason")}
    if step == "reopening":
        return {"reason": given.get("reason", "")}
    if step == "corrections":
        name, value = given.get("name", ""), given.get("value", "")
        told = {"value": value} if name in ("qualification", "country") else {"known": value == "known"}
        return {"name": name, "reason": given.get("reason", ""), **told}
    return {}


def _same_words(case: Mapping[str, Any], cases: Sequence[Mapping[str, Any]], desk: Desk) -> list[Mapping[str, Any]]:
    """The other cases of the same quote: a post and the action that answers it are two cases of one report."""
    own = case[desk.key]
    same = [each for each in cases if each["quote"] == case["quote"] and each[desk.key] != own]
    return [{"case_id": each[desk.key], "source": each["source"]} for each in same]


safety = _desk_router(SAFETY)
questions = _desk_router(QUESTIONS)
