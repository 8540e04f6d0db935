"""Proposing rules: files uploaded or written, checked as often as wanted, then proposed for a second person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData, UploadFile

from portal.application.answers import Answer, Problem, part, settled
from portal.application.proposing import NotAProposal, carried_files, changed, mistakes, named
from portal.application.rules_view import RULES_SCOPE
from portal.application.sessions import Session
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see, text_of
from portal.entrypoints.rules import SLOW_SECONDS

MOST_BYTES = 32 * 1024 * 1024
_MOST_FILES = 50
_API = "/v1/rule-sets"
_HASH = re.compile(r"[0-9a-f]{64}")

router = APIRouter(prefix="/rules/proposal", max_body_size=MOST_BYTES)


@router.get("")
async def propose(request: Request, session: SignedIn, file: str = "", on: str = "") -> Response:
    """An empty form, or one with the text of a file in force; `on` a version, with all company files in force."""
    in_force = await _in_force(request, session)
    more: dict[str, Any] = {"on": on if _HASH.fullmatch(on) else ""}
    try:
        wanted = [named(file)] if file else []
    except NotAProposal as refused:
        return _form(request, session, in_force, {**more, "slip": str(refused)})
    if more["on"]:
        carried = carried_files(part(in_force, "files"))
        wanted, more["left_out"] = list(carried.taken), carried.too_large
    if in_force is not None:
        more["texts"] = [await _file(request, session, in_force, name) for name in wanted]
    return _form(request, session, in_force, more)


async def _file(request: Request, session: Session, version: Mapping[str, Any], name: str) -> tuple[str, str]:
    path = f"{_API}/{version['rule_set']}/files/{name}"
    answer = await console_of(request).services.get("compliance", path, session.token, within=SLOW_SECONDS)
    return str(answer.body["name"]), str(answer.body["text"])


@router.post("")
async def check_or_propose(request: Request, session: SignedIn) -> Response:
    """Check the files, or propose them; a check keeps nothing."""
    form = await checked_form(request, session, most_files=_MOST_FILES, most_bytes=MOST_BYTES)
    in_force = await _in_force(request, session)
    note, base = text_of(form, "note"), text_of(form, "base")
    texts = _texts(form)
    on = text_of(form, "on") if _HASH.fullmatch(text_of(form, "on")) else ""
    kept: dict[str, Any] = {"note": note, "texts": texts, "out": [str(each) for each in form.getlist("out")], "on": on}
    try:
        uploads = [(each.filename or "", await each.read()) for each in _uploads(form)]
        await form.close()
        files = changed(texts, uploads, kept["out"])
    except NotAProposal as refused:
        return _form(request, session, in_force, {**kept, "slip": str(refused)}, status=400)
    kept["texts"] = [(name, text) for name, text in files.items() if text is not None]
    propose_now = text_of(form, "step") == "propose"
    slip = _slip(note, base, in_force, propose_now=propose_now)
    if slip is not None:
        return _form(request, session, in_force, {**kept, "slip": slip}, status=400)
    body = {"note": note or "a check", "files": files, **({"base": on} if on else {})}
    path = _API if propose_now else f"{_API}?validate_only=true"
    services = console_of(request).services
    answer = await settled(services.post("compliance", path, session.token, body, within=SLOW_SECONDS))
    if isinstance(answer, Problem):
        told = {"refusal": answer, "mistakes": mistakes(answer, files)}
        return _form(request, session, in_force, {**kept, **told}, status=answer.status or 503)
    if not propose_now:
        return _form(request, session, in_force, {**kept, "checked": answer.body})
    return see(f"/rules/{answer.body['rule_set']}", done="proposed")


def _slip(note: str, base: str, in_force: Mapping[str, Any] | None, *, propose_now: bool) -> str | None:
    if propose_now and not note:
        return "Say what the change is for: whoever puts it in force reads it. Nothing was proposed."
    if propose_now and in_force is not None and base != in_force["rule_set"]:
        return (
            "Other rules were put in force since you began. Nothing was proposed. Look at what changed, check your "
            "files again, then propose them."
        )
    return None


async def _in_force(request: Request, session: Session) -> Mapping[str, Any] | None:
    """The version in force with its files; None while nobody can tell."""
    get, token = console_of(request).services.get, session.token
    current = await settled(get("compliance", f"{_API}/current", token))
    if isinstance(current, Problem):
        return None
    version = await settled(get("compliance", f"{_API}/{current.body['rule_set']}", token))
    return version.body if isinstance(version, Answer) else None


def _texts(form: FormData) -> list[tuple[str, str]]:
    """Name and text of each written file, line ends made plain; empty rows are left out."""
    names = [str(each).strip() for each in form.getlist("name")]
    texts = [str(each).replace("\r\n", "\n") for each in form.getlist("text")]
    return [(name, text) for name, text in zip(names, texts, strict=False) if name or text.strip()]


def _uploads(form: FormData) -> list[UploadFile]:
    return [each for each in form.getlist("files") if isinstance(each, UploadFile) and each.filename]


def _form(
    request: Request,
    session: Session,
    in_force: Mapping[str, Any] | None,
    more: Mapping[str, Any],
    *,
    status: int = 200,
) -> Response:
    files: Mapping[str, int] = (in_force or {}).get("files") or {}
    values: dict[str, Any] = {
        "in_force": in_force,
        "own_files": sorted(name for name in files if "/" in name),
        "may_propose": RULES_SCOPE in session.principal.scopes,
        **dict.fromkeys(("slip", "refusal", "checked")),
        **dict.fromkeys(("texts", "out", "mistakes", "left_out"), ()),
        **dict.fromkeys(("note", "on"), ""),
        **more,
    }
    return page(request, "rules_proposal.html", session, values, status=status)
