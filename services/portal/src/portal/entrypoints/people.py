"""People: the list, and one person with everything known about them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from portal.application.action_view import facts
from portal.application.answers import Answer, Problem, ServiceRefused, settled, together
from portal.application.footprints import activity_line
from portal.application.sessions import Session
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see, text_of

router = APIRouter(prefix="/people")

_PER_PAGE = 50
_WRITE_SCOPE = "registry:write"
_SHOWN_ELSEWHERE = frozenset({"id", "version", "name", "handles", "opted_out", "do_not_engage", "open_complaint"})
_ONLY_IF_STATED = frozenset({"owner_reason", "owner_id"})


@router.get("")
async def people(request: Request, session: SignedIn, q: str = "", cursor: str = "") -> Response:
    """Everybody, or whoever has `q` in a name or account."""
    services = console_of(request).services
    values: dict[str, Any] = {"q": q, "people": [], "next": None, "problem": None, "slip": None}
    if not searchable(q):
        slip = "What you typed holds characters that no name and no account has. Type the name again."
        return page(request, "people.html", session, {**values, "q": "", "slip": slip}, status=400)
    answer = await settled(
        services.get("registry", "/v1/stakeholders", session.token, q=q[:200], cursor=cursor, limit=_PER_PAGE)
    )
    if isinstance(answer, Problem):
        return page(request, "people.html", session, {**values, "problem": answer})
    found = {"people": answer.items, "next": answer.next_cursor}
    return page(request, "people.html", session, {**values, **found})


@router.get("/{person_id}")
async def person(person_id: UUID, request: Request, session: SignedIn, done: str = "") -> Response:
    """One person."""
    return await _shown(request, session, str(person_id), {"done": done})


@router.post("/{person_id}/opt-out")
async def opt_out(person_id: UUID, request: Request, session: SignedIn) -> Response:
    """They asked us to stop."""
    form = await checked_form(request, session)
    reason = text_of(form, "reason")
    if not reason:
        slip = "Say when and how they asked us to stop; it goes into the record."
        return await _shown(request, session, str(person_id), {"slip": slip}, status=400)
    services = console_of(request).services
    path = f"/v1/stakeholders/{person_id}/opt-out"
    answer = await settled(services.post("registry", path, session.token, {"reason": reason}))
    if isinstance(answer, Problem):
        said = {"refusal": answer, "reason": reason}
        return await _shown(request, session, str(person_id), said, status=answer.status or 503)
    return see(f"/people/{person_id}", done="opted_out")


@router.post("/{person_id}/{step}")
async def complaint(person_id: UUID, step: str, request: Request, session: SignedIn) -> Response:
    """They have complained, or it is settled."""
    form = await checked_form(request, session)
    places = {"complaint": "complaint", "settlement": "complaint/settlement"}
    if step not in places:
        return see(f"/people/{person_id}")
    path, services = f"/v1/stakeholders/{person_id}/{places[step]}", console_of(request).services
    body = {"reason": text_of(form, "reason")}
    answer = await settled(services.post("registry", path, session.token, body))
    if isinstance(answer, Problem):
        return await _shown(request, session, str(person_id), {"refusal": answer}, status=answer.status or 503)
    return see(f"/people/{person_id}", done=step)


async def _shown(
    request: Request, session: Session, person_id: str, more: Mapping[str, Any], *, status: int = 200
) -> Response:
    get, token = console_of(request).services.get, session.token
    known, permission, footprint, actions, changes = await together(
        get("registry", f"/v1/stakeholders/{person_id}", token),
        get("registry", f"/v1/stakeholders/{person_id}/permission", token),
        get("audit", f"/v1/footprints/{person_id}", token),
        get("planner", "/v1/actions", token, stakeholder_id=person_id, limit=50),
        get("registry", f"/v1/stakeholders/{person_id}/changes", token),
    )
    if isinstance(known, Problem):
        raise ServiceRefused(known)
    told = {
        name: value
        for name, value in known.body.items()
        if name not in _SHOWN_ELSEWHERE and not (name in _ONLY_IF_STATED and value is None)
    }
    values = {
        "done": "",
        "slip": None,
        "refusal": None,
        "reason": "",
        "person": known.body,
        "facts": facts(told),
        "permission": _body(permission),
        "footprint": _body(footprint),
        "activity": activity_line(footprint.body) if isinstance(footprint, Answer) else None,
        "never_audited": isinstance(footprint, Problem) and footprint.status == 404,  # noqa: PLR2004 - not found
        "actions": _items(actions),
        "changes": _items(changes),
        "may_write": _WRITE_SCOPE in session.principal.scopes,
        "missing": [
            each
            for each in (permission, footprint, actions, changes)
            if isinstance(each, Problem) and each.status != 404  # noqa: PLR2004 - not found is an answer
        ],
    }
    return page(request, "person.html", session, {**values, **more}, status=status)


def searchable(words: str) -> bool:
    """No control characters and no halves of characters: nothing of that stands in a name."""
    return all(unicodedata.category(each) not in {"Cc", "Cs"} for each in words)


def _body(answer: Answer | Problem) -> dict[str, Any] | None:
    return None if isinstance(answer, Problem) else answer.body


def _items(answer: Answer | Problem) -> list[dict[str, Any]] | None:
    return None if isinstance(answer, Problem) else answer.items
