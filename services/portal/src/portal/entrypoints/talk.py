"""Comments, assignments and mentions of the action at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from portal.application.answers import Answer, Problem, listed, part, settled, together
from portal.application.placing import NotPlaced, place_of
from portal.application.sessions import Session
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see, text_of

router = APIRouter()


@router.post("/actions/{action_id}/comments")
async def comment(action_id: UUID, request: Request, session: SignedIn) -> Response:
    """Say something about the version that the page showed, perhaps about quoted words."""
    form = await checked_form(request, session)
    words, version = text_of(form, "quote"), text_of(form, "action_version")
    body: dict[str, Any] = {"text": text_of(form, "text"), "action_version": int(version) if version.isdigit() else 0}
    if words:
        case = await console_of(request).services.get("compliance", f"/v1/cases/{action_id}", session.token)
        try:
            body["anchor"] = place_of(part(case.body, "snapshot"), text_of(form, "field"), words)
        except NotPlaced as slip:
            return _slip(request, session, str(action_id), str(slip))
    return await _posted(request, session, str(action_id), f"/v1/cases/{action_id}/comments", body, done="said")


@router.post("/actions/{action_id}/comments/{comment_id}/{step}")
async def continue_comment(
    action_id: UUID, comment_id: UUID, step: str, request: Request, session: SignedIn
) -> Response:
    """Reply, correct, resolve, reopen."""
    form = await checked_form(request, session)
    place = f"/v1/comments/{comment_id}"
    if step in ("resolution", "reopening"):
        tag = f'"v{text_of(form, "version")}"'
        return await _posted(request, session, str(action_id), f"{place}/{step}", {}, done=step, if_match=tag)
    body: dict[str, Any] = {"text": text_of(form, "text")}
    if step == "corrections":
        number = text_of(form, "corrects")
        body["corrects"] = int(number) if number.isdigit() else -1
    elif step != "replies":
        return see(f"/actions/{action_id}")
    return await _posted(request, session, str(action_id), f"{place}/{step}", body, done="said")


@router.post("/actions/{action_id}/assignments")
async def assign(action_id: UUID, request: Request, session: SignedIn) -> Response:
    """Ask a colleague to look at it."""
    form = await checked_form(request, session)
    body = {"assignee": text_of(form, "assignee"), "step": text_of(form, "step") or None}
    return await _posted(request, session, str(action_id), f"/v1/cases/{action_id}/assignments", body, done="assigned")


@router.post("/actions/{action_id}/assignments/{assignment_id}/{step}")
async def change_assignment(
    action_id: UUID, assignment_id: UUID, step: str, request: Request, session: SignedIn
) -> Response:
    """Ask somebody else, or nobody."""
    form = await checked_form(request, session)
    place, tag = f"/v1/assignments/{assignment_id}", f'"v{text_of(form, "version")}"'
    if step == "reassignment":
        body = {"assignee": text_of(form, "assignee")}
        return await _posted(request, session, str(action_id), f"{place}/{step}", body, done="assigned", if_match=tag)
    gone = await settled(console_of(request).services.delete("compliance", place, session.token, if_match=tag))
    return _next(request, session, str(action_id), gone, "unassigned")


@router.post("/mentions/{mention_id}/reading")
async def read_mention(mention_id: UUID, request: Request, session: SignedIn) -> Response:
    """Open the action in whose discussion one was named; it is read from then on."""
    form = await checked_form(request, session)
    path = f"/v1/mentions/{mention_id}/reading"
    await settled(console_of(request).services.post("compliance", path, session.token, {}))
    return see(f"/actions/{quote(text_of(form, 'action_id'), safe='')}")


async def around(request: Request, session: Session, action_id: str) -> dict[str, Any]:
    """What an action's page shows beside the case.

    Discussions, who is asked to look at it, whom one can name, and for whom one may sign.
    """
    get, token = console_of(request).services.get, session.token
    discussions, asked, colleagues, away = await together(
        get("compliance", f"/v1/cases/{action_id}/comments", token, limit=200),
        get("compliance", f"/v1/cases/{action_id}/assignments", token),
        get("compliance", "/v1/colleagues", token, limit=200),
        get("compliance", "/v1/absences", token, delegate="me", running="true"),
    )
    return {
        "discussions": _items(discussions),
        "discussions_problem": discussions if isinstance(discussions, Problem) else None,
        "assignments": _items(asked),
        "colleagues": _items(colleagues) or [],
        "stands_in_for": _items(away) or [],
    }


def _items(answer: Answer | Problem) -> list[dict[str, Any]] | None:
    """None where it is not known."""
    return None if isinstance(answer, Problem) else listed(answer.body, "items")


async def _posted(
    request: Request,
    session: Session,
    action_id: str,
    path: str,
    body: Mapping[str, Any],
    *,
    done: str,
    if_match: str | None = None,
) -> Response:
    services = console_of(request).services
    answer = await settled(services.post("compliance", path, session.token, body, if_match=if_match))
    return _next(request, session, action_id, answer, done)


def _next(request: Request, session: Session, action_id: str, answer: Answer | Problem, done: str) -> Response:
    if isinstance(answer, Problem):
        return _slip(request, session, action_id, None, answer)
    return see(f"/actions/{action_id}", done=done)


def _slip(
    request: Request, session: Session, action_id: str, slip: str | None, problem: Problem | None = None
) -> HTMLResponse:
    values = {"action_id": action_id, "slip": slip, "problem": problem}
    status = 400 if problem is None else problem.status or 503
    return page(request, "talk_refused.html", session, values, status=status)
