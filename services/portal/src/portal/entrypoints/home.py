"""The first page: one thing of each kind, and a box to try a sentence."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from portal.application.action_view import marked
from portal.application.answers import Answer, Problem, Services, listed, part, settled, together
from portal.application.desk_view import QUESTIONS, SAFETY, Desk
from portal.application.moments import slot, until
from portal.application.names import names_of
from portal.application.sentences import (
    CLOSED_PLATFORMS,
    OPEN_PLATFORMS,
    SENTENCE_LIMIT,
    TYPES,
    Sentence,
    action_type,
    platform,
    snapshot_of,
    unknown_choice,
)
from portal.application.sessions import Session
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, session_of, text_of
from portal.entrypoints.rules_notice import rules_notice

router = APIRouter()

_MENTIONS = 5
_TRIED_FIELDS = ("text", "declaration", "target.text")


@router.get("/")
async def home(request: Request) -> Response:
    """What waits, what was blocked, what drug safety has to see."""
    session = await session_of(request)
    if session is None:
        return page(request, "welcome.html", None)
    console = console_of(request)
    get, token = console.services.get, session.token
    (waiting, blocked, named), reported, asked = await gather(
        together(
            get("compliance", "/v1/cases", token, state="in_review", limit=1),
            get("compliance", "/v1/cases", token, state="blocked", limit=1),
            get("compliance", "/v1/mentions", token, unread="true", limit=_MENTIONS),
        ),
        _next_of(SAFETY, console.services, session),
        _next_of(QUESTIONS, console.services, session),
    )
    first_waiting, first_blocked = _first(waiting), _first(blocked)
    safety, question = _first(reported), _first(asked)
    detail = None if first_blocked is None else await _case(console.services, session, first_blocked)
    now = console.clock.now()
    values = {
        "problem": _problem(waiting, blocked, reported, asked),
        "mentions": [] if isinstance(named, Problem) else named.items,
        "mentions_problem": _problem(named),
        "waiting_problem": _problem(waiting),
        "blocked_problem": _problem(blocked),
        "safety_problem": _problem(reported),
        "names": await names_of((first_waiting, first_blocked), console.services, token),
        "waiting": first_waiting,
        "waiting_slot": first_waiting and slot(first_waiting["slot_start"], first_waiting["slot_end"], now),
        "blocked": first_blocked,
        "blocked_finding": _blocking(detail),
        "blocked_unread": first_blocked is not None and detail is None,
        "desks": {"safety": SAFETY, "questions": QUESTIONS},
        "question": question,
        "question_due": question and until(question["due_at"], now),
        "question_problem": _problem(asked),
        "safety": safety,
        "safety_due": safety and until(safety["due_at"], now),
        "notice": await rules_notice(console, session),
        **_box(Sentence(text="", declaration=_declaration(detail))),
    }
    return page(request, "home.html", session, values)


@router.post("/try")
async def try_sentence(request: Request, session: SignedIn) -> Response:
    """Screen a sentence; nothing is stored."""
    form = await checked_form(request, session)
    wanted = text_of(form, "type") or "post", text_of(form, "platform") or "x"
    sentence = Sentence(
        text=text_of(form, "text")[:SENTENCE_LIMIT],
        type=action_type(wanted[0]) or "post",
        platform=platform(wanted[1]) or "x",
        declaration=text_of(form, "declaration")[:SENTENCE_LIMIT],
        target=text_of(form, "target")[:SENTENCE_LIMIT],
    )
    slip = unknown_choice(*wanted)
    if slip is not None:
        return page(request, "try.html", session, {**_box(sentence), "slip": slip}, status=400)
    if not sentence.text and not sentence.target:
        return page(request, "try.html", session, {**_box(sentence), "empty": True}, status=400)
    console = console_of(request)
    snapshot = snapshot_of(sentence, now=console.clock.now())
    answer = await settled(console.services.post("compliance", "/v1/screenings", session.token, snapshot))
    if isinstance(answer, Problem):
        return page(request, "try.html", session, {**_box(sentence), "problem": answer})
    fields = marked(snapshot, _TRIED_FIELDS, listed(answer.body, "findings"))
    return page(request, "try.html", session, {**_box(sentence), "line": answer.body, "fields": fields})


def _box(sentence: Sentence) -> dict[str, Any]:
    return {"sentence": sentence, "types": TYPES, "platforms": (*OPEN_PLATFORMS, *CLOSED_PLATFORMS)}


async def _next_of(desk: Desk, services: Services, session: Session) -> Answer | Problem:
    """The case of a desk that has to be handed over next; nothing is asked for whom the desk would refuse."""
    if desk.reads not in session.principal.scopes:
        return Answer({})
    return await settled(services.get("compliance", desk.api, session.token, state="waiting", limit=1))


def _problem(*answers: Answer | Problem) -> Problem | None:
    return next((each for each in answers if isinstance(each, Problem)), None)


def _first(answer: Answer | Problem) -> dict[str, Any] | None:
    return None if isinstance(answer, Problem) else next(iter(answer.items), None)


async def _case(services: Services, session: Session, listed: Mapping[str, Any]) -> dict[str, Any] | None:
    answer = await settled(services.get("compliance", f"/v1/cases/{listed['action_id']}", session.token))
    return None if isinstance(answer, Problem) else answer.body


def _blocking(case: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    findings = listed(part(case, "judgement"), "findings")
    return next((each for each in findings if each.get("severity") == "block"), None)


def _declaration(case: Mapping[str, Any] | None) -> str:
    """A declaration to start with, in the company's own name where a case tells it."""
    name = part(case, "judgement", "resolved", "company").get("name")
    return f"I work for {name}." if name else ""
