"""Overriding the block of an action, and the list of all overrides."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from portal.application.answers import USUAL_SECONDS, Problem, settled
from portal.entrypoints.actions import shown
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see, text_of
from portal.entrypoints.kept_forms import sign_in_again

router = APIRouter()

_DONE = {"override": "overridden", "refuse": "override_refused"}
_PER_PAGE = 50


class _Asked(BaseModel):
    """Which of them: days, a rule, and where the page starts."""

    since: str = ""
    until: str = ""
    rule: str = ""
    cursor: str = ""


@router.post("/actions/{action_id}/override")
async def override(action_id: UUID, request: Request, session: SignedIn) -> Response:
    """Sign an override of the rules that were ticked, or a no to any."""
    form = await checked_form(request, session)
    decision = text_of(form, "override")
    rules = sorted({each for each in form.getlist("rule") if isinstance(each, str) and each})
    said = {"reason": text_of(form, "reason"), "meaning": text_of(form, "meaning"), "rules": " ".join(rules)}
    slip = _slip(decision, rules, said["reason"])
    if slip is not None:
        return await shown(request, session, str(action_id), {"override_said": said, "slip": slip}, status=400)
    body: dict[str, Any] = {
        "decision": decision,
        "meaning": said["meaning"],
        "reason": said["reason"],
        "content_sha256": text_of(form, "content_sha256"),
        **({"rule_ids": rules} if decision == "override" else {}),
    }
    services, path = console_of(request).services, f"/v1/cases/{action_id}/overrides"
    etag = text_of(form, "etag")
    posted = await settled(services.post("compliance", path, session.token, body, if_match=etag))
    if isinstance(posted, Problem) and posted.wants_fresh_sign_in:
        return sign_in_again(request, session, f"/actions/{action_id}", {**said, "to_sign": decision})
    if isinstance(posted, Problem):
        refused = {"override_said": said, "refusal": posted}
        return await shown(request, session, str(action_id), refused, status=posted.status or 503)
    return see(f"/actions/{action_id}", done=_DONE[decision])


@router.get("/overrides")
async def overrides(request: Request, session: SignedIn, asked: Annotated[_Asked, Query()]) -> Response:
    """Every override that was signed, the newest first; `until` is a day that still counts."""
    first, last = _day(asked.since), _day(asked.until)
    wanted = {"from": _moment(first), "to": _moment(last and last + timedelta(days=1)), "rule": asked.rule.strip()}
    query: dict[str, str | int | None] = {**wanted, "cursor": asked.cursor, "limit": _PER_PAGE}
    services = console_of(request).services
    answer = await settled(services.get("compliance", "/v1/overrides", session.token, within=USUAL_SECONDS, **query))
    values: dict[str, Any] = {
        "since": first.isoformat() if first else "",
        "until": last.isoformat() if last else "",
        "rule": asked.rule,
        "problem": answer if isinstance(answer, Problem) else None,
        "overrides": [] if isinstance(answer, Problem) else answer.items,
        "next": None if isinstance(answer, Problem) else answer.next_cursor,
        "address": f"/overrides?{urlencode(asked.model_dump(exclude={'cursor'}))}&",
    }
    return page(request, "overrides.html", session, values)


def _slip(decision: str, rules: list[str], reason: str) -> str | None:
    if decision not in _DONE:
        return "Choose to override or to refuse."
    if decision == "override" and not rules:
        return "Tick the rules that you override."
    return None if reason else "Say why: it is read by everybody who looks at this override later."


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(day: date | None) -> str | None:
    return None if day is None else datetime.combine(day, time.min, UTC).isoformat()
