"""The rules: which are in force, what they say, what a version changes, and putting one in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response

from portal.application.answers import Answer, Problem, listed, part, settled, together
from portal.application.rules_view import (
    RULES_SCOPE,
    Wanted,
    by_effect,
    counted,
    entries,
    is_release,
    last_step,
    moves_of,
    versions_of,
    why_not_activate,
)
from portal.application.sessions import Session
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see, text_of
from portal.entrypoints.rules_notice import rules_notice

router = APIRouter(prefix="/rules")
RuleSet = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, Path(pattern=r"^([a-z]+/)?[A-Za-z0-9][A-Za-z0-9._-]*$")]
RehearsalId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
SLOW_SECONDS = 90.0
_API = "/v1/rule-sets"
_MOST_LISTED = 200
_MOST_REPLAYED = 100_000
_SHOWN_CHANGES = 50
_STEPS = {"activation": "activated", "withdrawal": "withdrawn"}


@router.get("")
async def overview(request: Request, session: SignedIn, done: str = "") -> Response:
    """What is in force, what waits, what was."""
    console = console_of(request)
    get, token = console.services.get, session.token
    current, all_versions = await together(
        get("compliance", f"{_API}/current", token), get("compliance", _API, token, limit=_MOST_LISTED)
    )
    values: dict[str, Any] = {"done": done, "may_propose": RULES_SCOPE in session.principal.scopes, "problem": None}
    if isinstance(all_versions, Problem):
        return page(request, "rules.html", session, {**values, "problem": all_versions})
    versions = versions_of(all_versions.items, console.clock.now())
    in_force = versions.in_force
    read = None if in_force is None else await settled(get("compliance", f"{_API}/{in_force['rule_set']}", token))
    values |= {
        "versions": versions,
        "more": all_versions.next_cursor is not None,
        "current": current.body if isinstance(current, Answer) else None,
        "activated": last_step(read.body, "version_activated") if isinstance(read, Answer) else None,
        "notice": await rules_notice(console, session),
    }
    return page(request, "rules.html", session, values)


@router.get("/{rule_set}")
async def version(
    rule_set: RuleSet,
    request: Request,
    session: SignedIn,
    *,
    rule: str = "",
    text: str = "",
    country: str = "",
    done: str = "",
) -> Response:
    """One version: its rules, filtered, its files and what may be done with it."""
    wanted = Wanted(rule=rule.strip(), text=text.strip(), country=country.strip())
    return await _version(request, session, rule_set, {"wanted": wanted, "done": done})


@router.get("/{rule_set}/files/{name:path}")
async def file(rule_set: RuleSet, name: FileName, request: Request, session: SignedIn) -> Response:
    """A file as it was proposed."""
    path = f"{_API}/{rule_set}/files/{quote(name)}"
    answer = await console_of(request).services.get("compliance", path, session.token, within=SLOW_SECONDS)
    headers = {"Content-Disposition": f'attachment; filename="{name.rpartition("/")[2]}"'}
    return Response(str(answer.body["text"]), media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/{rule_set}/difference")
async def difference(rule_set: RuleSet, request: Request, session: SignedIn) -> Response:
    """What this version changes against the one in force."""
    path = f"{_API}/{rule_set}/difference"
    answer = await settled(console_of(request).services.get("compliance", path, session.token, within=SLOW_SECONDS))
    values: dict[str, Any] = {"rule_set": rule_set, "problem": None}
    if isinstance(answer, Problem):
        return page(request, "rules_difference.html", session, {**values, "problem": answer})
    changes = listed(answer.body, "changes")
    values |= {"old": answer.body["old"], "counts": counted(changes), "groups": by_effect(changes)}
    return page(request, "rules_difference.html", session, values)


@router.post("/{rule_set}/rehearsals")
async def rehearse(rule_set: RuleSet, request: Request, session: SignedIn) -> Response:
    """Replay the newest actions by this version."""
    form = await checked_form(request, session)
    given = text_of(form, "actions")
    if not given.isdecimal() or not 1 <= int(given) <= _MOST_REPLAYED:
        slip = f"Say how many actions are to be replayed, from 1 to {_MOST_REPLAYED:,}."
        return await _version(request, session, rule_set, {"slip": slip}, status=400)
    path = f"{_API}/{rule_set}/rehearsals"
    services = console_of(request).services
    answer = await settled(services.post("compliance", path, session.token, {"actions": int(given)}))
    if isinstance(answer, Problem):
        return await _version(request, session, rule_set, {"refusal": answer}, status=answer.status or 503)
    return see(f"/rules/{rule_set}/rehearsals/{answer.body['rehearsal_id']}")


@router.get("/{rule_set}/rehearsals/{rehearsal_id}")
async def rehearsal(rule_set: RuleSet, rehearsal_id: RehearsalId, request: Request, session: SignedIn) -> Response:
    """How far a rehearsal is, reloaded by itself until it ends; then what would have been decided differently."""
    path = f"{_API}/{rule_set}/rehearsals/{rehearsal_id}"
    answer = await console_of(request).services.get("compliance", path, session.token)
    found = answer.body
    summary = part(found, "summary")
    values = {
        "rule_set": rule_set,
        "rehearsal": found,
        "summary": summary,
        "moves": moves_of(summary),
        "groups": [{**each, "moves": moves_of(each)} for each in listed(summary, "rules")],
        "changes": listed(found, "changes")[:_SHOWN_CHANGES],
    }
    response = page(request, "rules_rehearsal.html", session, values)
    if found["state"] == "running":
        response.headers["Refresh"] = "2"
    return response


@router.post("/{rule_set}/{step}")
async def take_step(rule_set: RuleSet, step: str, request: Request, session: SignedIn) -> Response:
    """Put a version in force, or take a proposal back."""
    form = await checked_form(request, session)
    reason = text_of(form, "reason")
    slip = _slip(step, reason, confirmed=text_of(form, "confirmed") == "yes")
    if slip is not None:
        return await _version(request, session, rule_set, {"slip": slip, "reason": reason}, status=400)
    services = console_of(request).services
    path = f"{_API}/{rule_set}/{step}"
    answer = await settled(services.post("compliance", path, session.token, {"reason": reason}))
    if isinstance(answer, Problem):
        told = {"refusal": answer, "reason": reason}
        return await _version(request, session, rule_set, told, status=answer.status or 503)
    return see("/rules", done=_STEPS[step])


def _slip(step: str, reason: str, *, confirmed: bool) -> str | None:
    if step not in _STEPS:
        return "There is no such step."
    if not reason:
        return "Say why: it is kept in the ledger for whoever asks later. Nothing was changed."
    if step == "activation" and not confirmed:
        return "Tick that you have read what changes; nothing was changed."
    return None


async def _version(
    request: Request, session: Session, rule_set: str, more: Mapping[str, Any], *, status: int = 200
) -> Response:
    get, token = console_of(request).services.get, session.token
    read = await get("compliance", f"{_API}/{rule_set}", token)
    rules, rehearsals = await together(
        get("compliance", f"{_API}/{rule_set}/rules", token, within=SLOW_SECONDS),
        get("compliance", f"{_API}/{rule_set}/rehearsals", token),
    )
    values: dict[str, Any] = {"done": "", "slip": None, "refusal": None, "reason": "", "wanted": Wanted(), **more}
    found = None if isinstance(rules, Problem) else entries(rules.body, values["wanted"])
    who = session.principal
    values |= {
        "rule_set": rule_set,
        "version": read.body,
        "release": is_release(read.body),
        "problem": rules if isinstance(rules, Problem) else None,
        "entries": found,
        "shown": sum(len(entry.rules) for entry in found or ()),
        "rehearsals": rehearsals.items if isinstance(rehearsals, Answer) else None,
        "why_not": why_not_activate(read.body, subject=who.subject, scopes=who.scopes),
        "may_keep": RULES_SCOPE in who.scopes,
    }
    return page(request, "rules_version.html", session, values, status=status)
