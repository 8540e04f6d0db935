"""My absence: from when, until when, and who stands in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from portal.application.answers import Problem, settled, together
from portal.application.deciding import REVIEW_SCOPE
from portal.application.sessions import Session
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see, text_of

router = APIRouter(prefix="/absence")


@router.get("")
async def show(request: Request, session: SignedIn, done: str = "") -> Response:
    """One's own absences, whom one stands in for, and the form."""
    return await _shown(request, session, {"done": done})


@router.post("")
async def register(request: Request, session: SignedIn) -> Response:
    """Be away."""
    form = await checked_form(request, session)
    said = {name: text_of(form, name) for name in ("from", "until", "delegate", "reason")}
    begins, ends = _day(said["from"]), _day(said["until"])
    if ends is None or (begins is None and said["from"]):
        return await _shown(request, session, {"said": said, "slip": "Say from which day until which."}, status=400)
    services, clock = console_of(request).services, console_of(request).clock
    later = begins is not None and begins > clock.now()
    body = {
        "from": begins.isoformat() if begins is not None and later else None,
        "until": (ends + timedelta(days=1)).isoformat(),
        "delegate": said["delegate"],
        "reason": said["reason"] or None,
    }
    answer = await settled(services.post("compliance", "/v1/absences", session.token, body))
    if isinstance(answer, Problem):
        return await _shown(request, session, {"said": said, "refusal": answer}, status=answer.status or 503)
    return see("/absence", done="registered")


@router.post("/{absence_id}/end")
async def end(absence_id: UUID, request: Request, session: SignedIn) -> Response:
    """Be back."""
    form = await checked_form(request, session)
    path, tag = f"/v1/absences/{absence_id}", f'"v{text_of(form, "version")}"'
    answer = await settled(console_of(request).services.delete("compliance", path, session.token, if_match=tag))
    if isinstance(answer, Problem):
        return await _shown(request, session, {"refusal": answer}, status=answer.status or 503)
    return see("/absence", done="ended")


async def _shown(request: Request, session: Session, more: Mapping[str, Any], *, status: int = 200) -> Response:
    get, token, me = console_of(request).services.get, session.token, session.principal.subject
    mine, others, colleagues = await together(
        get("compliance", "/v1/absences", token, subject="me", limit=200),
        get("compliance", "/v1/absences", token, delegate="me", running="true", limit=200),
        get("compliance", "/v1/colleagues", token, limit=200),
    )
    answers = (mine, others, colleagues)
    problem = next((each for each in answers if isinstance(each, Problem)), None)
    own, stands_in, known = ([] if isinstance(each, Problem) else each.items for each in answers)
    values = {
        "done": "",
        "said": {},
        "slip": None,
        "refusal": None,
        "problem": problem,
        "may_review": REVIEW_SCOPE in session.principal.scopes,
        "own": [each for each in reversed(own) if each["state"] == "registered"],
        "stands_in_for": stands_in,
        "colleagues": [each for each in known if each["may_review"] and each["subject"] != me],
        **more,
    }
    return page(request, "absence.html", session, values, status=status)


def _day(value: str) -> datetime | None:
    """The first moment of a day, in UTC as the console tells all times."""
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
