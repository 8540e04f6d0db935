"""Pre-approved wordings in the console: read, signed, suspended; and the samples of what went out under them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response

from portal.application.answers import Answer, Problem, ServiceRefused, settled, together
from portal.application.sessions import Session
from portal.application.wording_view import MEANINGS, SAMPLE_MEANINGS, STATES, why_not_look, wording_view
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see, text_of
from portal.entrypoints.kept_forms import forget_form, kept_form, sign_in_again

router = APIRouter(prefix="/wordings")

_PER_PAGE = 50
_DONE = {
    "signed": "Your signature is recorded.",
    "suspended": "Suspended. Nothing more goes out under it.",
    "pass": "Your look is signed and recorded.",
    "fail": "Recorded. The wording is suspended, and everything that went out under it is named on its page.",
}


@router.get("")
async def wordings(request: Request, session: SignedIn, cursor: str = "", done: str = "") -> Response:
    """Wordings, and the samples that wait to be looked at."""
    return await _listed(request, session, cursor, {"done": _DONE.get(done), "refusal": None})


@router.get("/{wording_id}")
async def wording(wording_id: UUID, request: Request, session: SignedIn, done: str = "") -> Response:
    """One wording, what it becomes, who signed it, and what went out under it."""
    kept = kept_form(request, session)
    answer = await _shown(request, session, wording_id, {"done": _DONE.get(done), "refusal": None, "said": kept})
    return forget_form(answer, request.url.path) if kept else answer


@router.post("/{wording_id}/signatures")
async def sign(wording_id: UUID, request: Request, session: SignedIn) -> Response:
    """Sign exactly the edition that was shown."""
    form = await checked_form(request, session)
    meaning = text_of(form, "meaning")
    body = {"meaning": meaning, "sha256": text_of(form, "sha256")}
    place, tag = f"/v1/wordings/{wording_id}/signatures", text_of(form, "etag")
    services = console_of(request).services
    answer = await settled(services.post("compliance", place, session.token, body, if_match=tag))
    if isinstance(answer, Problem) and answer.wants_fresh_sign_in:
        return sign_in_again(request, session, f"/wordings/{wording_id}", {"meaning": meaning})
    return await _after(answer, request, session, wording_id, "signed")


@router.post("/{wording_id}/suspension")
async def suspend(wording_id: UUID, request: Request, session: SignedIn) -> Response:
    """Stop it at once."""
    form = await checked_form(request, session)
    place, tag = f"/v1/wordings/{wording_id}/suspension", text_of(form, "etag")
    services = console_of(request).services
    body = {"reason": text_of(form, "reason")}
    answer = await settled(services.post("compliance", place, session.token, body, if_match=tag))
    return await _after(answer, request, session, wording_id, "suspended")


@router.post("/samples/decisions")
async def decide(request: Request, session: SignedIn) -> Response:
    """Pass or fail one sample; a failed one suspends its wording."""
    form = await checked_form(request, session)
    outcome = "fail" if text_of(form, "outcome") == "fail" else "pass"
    body = {
        "permit_ids": [text_of(form, "permit_id")],
        "outcome": outcome,
        "meaning": SAMPLE_MEANINGS[0],
        "reason": text_of(form, "reason"),
    }
    services = console_of(request).services
    answer = await settled(services.post("compliance", "/v1/samples/decisions", session.token, body))
    if isinstance(answer, Problem) and answer.wants_fresh_sign_in:
        said = {"permit_id": text_of(form, "permit_id"), "reason": body["reason"]}
        return sign_in_again(request, session, "/wordings", {key: str(value) for key, value in said.items()})
    if isinstance(answer, Problem):
        values: dict[str, Any] = {"done": None, "refusal": answer}
        return await _listed(request, session, "", values, status=answer.status or 503)
    return see("/wordings", done=outcome)


async def _after(answer: Answer | Problem, request: Request, session: Session, wording_id: UUID, done: str) -> Response:
    if isinstance(answer, Problem):
        values: dict[str, Any] = {"done": None, "refusal": answer, "said": {}}
        return await _shown(request, session, wording_id, values, status=answer.status or 503)
    return see(f"/wordings/{wording_id}", done=done)


async def _listed(
    request: Request, session: Session, cursor: str, values: dict[str, Any], *, status: int = 200
) -> Response:
    get, token, who = console_of(request).services.get, session.token, session.principal
    found, waiting = await together(
        get("compliance", "/v1/wordings", token, cursor=cursor, limit=_PER_PAGE),
        get("compliance", "/v1/samples", token, limit=_PER_PAGE),
    )
    kept = kept_form(request, session)
    samples = [] if isinstance(waiting, Problem) else waiting.items
    values |= {
        "problem": found if isinstance(found, Problem) else None,
        "wordings": [] if isinstance(found, Problem) else found.items,
        "next": None if isinstance(found, Problem) else found.next_cursor,
        "missing": waiting if isinstance(waiting, Problem) else None,
        "samples": [
            {**each, "why_not": why_not_look(each, subject=who.subject, scopes=who.scopes)} for each in samples
        ],
        "states": STATES,
        "said": kept,
    }
    answer = page(request, "wordings.html", session, values, status=status)
    return forget_form(answer, "/wordings") if kept else answer


async def _shown(
    request: Request, session: Session, wording_id: UUID, values: dict[str, Any], *, status: int = 200
) -> Response:
    get, token, who = console_of(request).services.get, session.token, session.principal
    place = f"/v1/wordings/{quote(str(wording_id))}"
    found, released = await together(
        get("compliance", place, token), get("compliance", f"{place}/releases", token, limit=200)
    )
    if isinstance(found, Problem):
        raise ServiceRefused(found)
    values |= {
        "wording": found.body,
        "etag": found.etag,
        "view": wording_view(found.body, subject=who.subject, scopes=who.scopes),
        "releases": None if isinstance(released, Problem) else released.items,
        "missing": released if isinstance(released, Problem) else None,
        "meanings": MEANINGS,
    }
    return page(request, "wording.html", session, values, status=status)
