"""One action on one screen, and what can be decided there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response

from portal.application.action_view import view_of
from portal.application.answers import Answer, Problem, ServiceName, ServiceRefused, Services, part, settled, together
from portal.application.deciding import REVIEW_SCOPE, why_not
from portal.application.override_view import override_view
from portal.application.placing import PLACED, ROWS, NotPlaced, changes_in
from portal.application.review_view import circulation_view
from portal.application.sessions import Session
from portal.application.target_view import target_view
from portal.application.words import MEANINGS
from portal.entrypoints import talk
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see, text_of
from portal.entrypoints.kept_forms import forget_form, kept_form, sign_in_again
from shared.kernel.clock import Clock

router = APIRouter(prefix="/actions")

_EVIDENCE_SECONDS = 30.0
_NOT_FOUND = 404
_SAID = ("meaning", "reason", "step", "on_behalf_of", *(f"{name}{row}" for row in ROWS for name in PLACED))
_DECISIONS = {"approve": "approved", "request_changes": "changes_requested", "reject": "rejected"}
_LEDGER_SCOPE, _CONFIRM_SCOPE = "ledger:read", "audit:write"


@router.get("/{action_id}")
async def show(action_id: UUID, request: Request, session: SignedIn, done: str = "") -> Response:
    """Everything a decision needs, without scrolling between systems; a form that waits to be signed is filled in."""
    kept = kept_form(request, session)
    to_sign = kept.get("to_sign", "")
    said = "override_said" if to_sign in {"override", "refuse"} else "said"
    answer = await shown(request, session, str(action_id), {"done": done, said: kept, "to_sign": to_sign})
    return forget_form(answer, request.url.path) if kept else answer


@router.get("/{action_id}/evidence-pack")
async def evidence_pack(action_id: UUID, session: SignedIn, request: Request) -> Response:
    """All that was decided about it and the proof, as a file to keep."""
    path, services = f"/v1/cases/{action_id}/evidence-pack", console_of(request).services
    try:
        text = await services.page("compliance", path, session.token, within=_EVIDENCE_SECONDS)
    except ServiceRefused as refused:
        if refused.problem.is_signed_out or refused.problem.status == _NOT_FOUND:
            raise
        return await shown(request, session, str(action_id), {"refusal": refused.problem}, status=503)
    name = f'attachment; filename="evidence-{action_id}.html"'
    return Response(text, media_type="text/html; charset=utf-8", headers={"Content-Disposition": name})


@router.post("/{action_id}/decision")
async def decide(action_id: UUID, request: Request, session: SignedIn) -> Response:
    """Sign a decision on exactly what the page showed."""
    form = await checked_form(request, session)
    decision = text_of(form, "decision")
    said = {name: text_of(form, name) for name in _SAID}
    slip = _slip(decision, said["reason"])
    if slip is not None:
        return await shown(request, session, str(action_id), {"said": said, "slip": slip}, status=400)
    body = {
        "decision": decision,
        "meaning": said["meaning"],
        "reason": said["reason"] or None,
        "step": said["step"] or None,
        "content_sha256": text_of(form, "content_sha256"),
        **({"on_behalf_of": said["on_behalf_of"]} if said["on_behalf_of"] else {}),
    }
    if decision == "request_changes" and any(said[f"quote{row}"] for row in ROWS):
        case = await console_of(request).services.get("compliance", f"/v1/cases/{action_id}", session.token)
        try:
            body["changes"] = changes_in(said, part(case.body, "snapshot"))
        except NotPlaced as misplaced:
            again = {"said": said, "slip": str(misplaced)}
            return await shown(request, session, str(action_id), again, status=400)
    path = f"/v1/cases/{action_id}/votes"
    posted = await _posted(request, session, "compliance", path, body, if_match=text_of(form, "etag"))
    if isinstance(posted, Problem) and posted.wants_fresh_sign_in:
        kept = {name: value for name, value in said.items() if value}
        return sign_in_again(request, session, f"/actions/{action_id}", {**kept, "to_sign": decision})
    if isinstance(posted, Problem):
        refused = {"said": said, "refusal": posted}
        return await shown(request, session, str(action_id), refused, status=posted.status or 503)
    return see(f"/actions/{action_id}", done=_DECISIONS[decision])


@router.post("/{action_id}/target")
async def confirm_target(action_id: UUID, request: Request, session: SignedIn) -> Response:
    """Say what you saw when you looked at the target at its source."""
    form = await checked_form(request, session)
    seen = text_of(form, "seen")
    body = {"text_sha256": text_of(form, "text_sha256"), "unchanged": seen == "unchanged", "deleted": seen == "deleted"}
    path = f"/v1/posts/{quote(text_of(form, 'post_id'), safe='')}/confirmations"
    posted = await _posted(request, session, "audit", path, body)
    if isinstance(posted, Problem):
        return await shown(request, session, str(action_id), {"refusal": posted}, status=posted.status or 503)
    return see(f"/actions/{action_id}", done="target")


def _slip(decision: str, reason: str) -> str | None:
    if decision not in _DECISIONS:
        return "Choose one of the three decisions."
    if decision != "approve" and not reason:
        return "Say what is wrong and what would be acceptable: the author sees only this."
    return None


async def _posted(
    request: Request,
    session: Session,
    service: ServiceName,
    path: str,
    body: Mapping[str, Any],
    *,
    if_match: str | None = None,
) -> Answer | Problem:
    return await settled(console_of(request).services.post(service, path, session.token, body, if_match=if_match))


async def shown(
    request: Request, session: Session, action_id: str, more: Mapping[str, Any], *, status: int = 200
) -> Response:
    """The page of one action; `more` is what was just done, refused or filled in on it."""
    console = console_of(request)
    services, token = console.services, session.token
    case_answer, planned = await together(
        services.get("compliance", f"/v1/cases/{action_id}", token),
        services.get("planner", f"/v1/actions/{action_id}", token),
    )
    if isinstance(case_answer, Problem) and isinstance(planned, Problem):
        raise ServiceRefused(case_answer)
    action = None if isinstance(planned, Problem) else planned.body
    values = {
        "done": "",
        "said": {},
        "override_said": {},
        "to_sign": "",
        "slip": None,
        "refusal": None,
        "action_id": action_id,
        "action": action,
        **more,
    }
    if isinstance(case_answer, Problem):
        return page(request, "action_planned.html", session, {**values, "problem": case_answer}, status=status)
    around = await _around(services, session, case_answer.body, action, console.clock.now())
    around |= await talk.around(request, session, action_id)
    if isinstance(planned, Problem):
        around["missing"].append(planned)
    return page(
        request,
        "action.html",
        session,
        {**values, **_case_values(case_answer, session, console.clock), **around},
        status=status,
    )


def _case_values(answer: Answer, session: Session, clock: Clock) -> dict[str, Any]:
    case, now = answer.body, clock.now()
    who = session.principal
    return {
        "case": case,
        "etag": answer.etag,
        "view": view_of(case, now),
        "why_not": why_not(case, subject=who.subject, scopes=who.scopes, now=now),
        "meanings": MEANINGS,
        "may_review": REVIEW_SCOPE in who.scopes,
        "may_talk": REVIEW_SCOPE in who.scopes or who.subject in (case["submitted_by"], *case["edited_by"]),
        "override": override_view(case, subject=who.subject, scopes=who.scopes, roles=who.roles, now=now),
    }


async def _around(
    services: Services, session: Session, case: Mapping[str, Any], action: Mapping[str, Any] | None, now: datetime
) -> dict[str, Any]:
    """Person, engager, target and history; each may be missing and then says so."""
    token = session.token
    engager_id = part(case, "snapshot", "actor").get("id")
    url = part(case, "snapshot", "target").get("url")
    post_id = (action or {}).get("target_post_id")
    wanted = {"person": services.get("registry", f"/v1/stakeholders/{case['stakeholder_id']}", token)}
    if engager_id:
        wanted["engager"] = services.get("registry", f"/v1/engagers/{engager_id}", token)
    if post_id or url:
        looked_for: dict[str, Any] = {"post_id": post_id} if post_id else {"url": url}
        wanted["target_now"] = services.post("audit", "/v1/recaptures", token, looked_for)
    wanted["circulations"] = services.get("compliance", f"/v1/cases/{case['action_id']}/circulations", token)
    if _LEDGER_SCOPE in session.principal.scopes:
        wanted["ledger"] = services.get("compliance", "/v1/ledger", token, aggregate_id=case["action_id"], limit=100)
    answers = dict(zip(wanted, await together(*wanted.values()), strict=True))
    found = {name: answer for name, answer in answers.items() if isinstance(answer, Answer)}
    bodies = {name: answer.body for name, answer in found.items()}
    target_now = bodies.get("target_now")
    return {
        "person": bodies.get("person"),
        "engager": bodies.get("engager"),
        "target_now": target_now,
        "target_view": target_now and target_view(case, target_now, subject=session.principal.subject),
        "history": found["ledger"].items if "ledger" in found else None,
        "circulations": [circulation_view(each, now) for each in found["circulations"].items]
        if "circulations" in found
        else None,
        "may_read_ledger": "ledger" in wanted,
        "may_have_evidence": {_LEDGER_SCOPE, "compliance:read"} <= session.principal.scopes,
        "may_confirm": _CONFIRM_SCOPE in session.principal.scopes,
        "missing": [answer for answer in answers.values() if isinstance(answer, Problem)],
    }
