"""Contracts with experts, and what a disclosure run would say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from portal.application.answers import Answer, Problem, ServiceRefused, settled, together
from portal.application.money_view import REGIMES, STATES, contract_view, fee
from portal.application.sessions import Session
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see, text_of

router = APIRouter(prefix="/money")

_PER_PAGE = 50
_AGREED = "You agreed to this contract. Both sides may sign it now."


@router.get("")
async def contracts(request: Request, session: SignedIn, cursor: str = "") -> Response:
    """Contracts, and the way to the disclosure preview."""
    services = console_of(request).services
    answer = await settled(services.get("compliance", "/v1/contracts", session.token, cursor=cursor, limit=_PER_PAGE))
    found = Answer({}) if isinstance(answer, Problem) else answer
    values: dict[str, Any] = {
        "problem": answer if isinstance(answer, Problem) else None,
        "contracts": [{**each, "fee": fee(each)} for each in found.items],
        "states": STATES,
        "regimes": REGIMES,
        "next": found.next_cursor,
        "year": console_of(request).clock.now().year,
    }
    return page(request, "money.html", session, values)


@router.get("/contracts/{contract_id}")
async def contract(contract_id: UUID, request: Request, session: SignedIn, done: str = "") -> Response:
    """One contract with what speaks against it."""
    return await _contract(request, session, contract_id, {"done": _AGREED if done else None, "refusal": None})


@router.post("/contracts/{contract_id}/agreement")
async def agree(contract_id: UUID, request: Request, session: SignedIn) -> Response:
    """Agree to the version that was shown."""
    form = await checked_form(request, session)
    version = text_of(form, "version")
    tag = f'"v{version}"' if version.isdecimal() else None
    place = f"/v1/contracts/{contract_id}/agreement"
    body = {"reason": text_of(form, "reason")}
    services = console_of(request).services
    answer = await settled(services.post("compliance", place, session.token, body, if_match=tag))
    if isinstance(answer, Problem):
        values: dict[str, Any] = {"done": None, "refusal": answer}
        return await _contract(request, session, contract_id, values, status=answer.status or 503)
    return see(f"/money/contracts/{contract_id}", done="agreement")


@router.get("/disclosure")
async def disclosure(
    request: Request, session: SignedIn, regime: str = "efpia", country: str = "", year: str = ""
) -> Response:
    """What a run would disclose now, its problems first."""
    code, place = country.strip().upper(), "/v1/disclosure-runs/preview"
    services = console_of(request).services
    answer = await settled(services.get("compliance", place, session.token, regime=regime, country=code, year=year))
    values: dict[str, Any] = {
        "regime": regime,
        "country": code,
        "year": year,
        "regimes": REGIMES,
        "problem": answer if isinstance(answer, Problem) else None,
        "preview": None if isinstance(answer, Problem) else _without_empty_columns(answer.body),
    }
    return page(request, "money_disclosure.html", session, values)


def _without_empty_columns(preview: dict[str, Any]) -> dict[str, Any]:
    """Most of the published columns stay empty; a page shows those that say something."""
    columns: list[str] = preview["columns"]
    rows: list[list[str]] = preview["rows"]
    filled = [at for at in range(len(columns)) if any(row[at] for row in rows)]
    return {
        **preview,
        "columns": [columns[at] for at in filled],
        "rows": [[row[at] for at in filled] for row in rows],
    }


async def _contract(
    request: Request, session: Session, contract_id: UUID, values: dict[str, Any], *, status: int = 200
) -> Response:
    get, token = console_of(request).services.get, session.token
    place = f"/v1/contracts/{contract_id}"
    shown, against = await together(get("compliance", place, token), get("compliance", f"{place}/objections", token))
    if isinstance(shown, Problem):
        raise ServiceRefused(shown)
    values |= {
        "contract": shown.body,
        "view": contract_view(shown.body, subject=session.principal.subject, scopes=session.principal.scopes),
        "objections": None if isinstance(against, Problem) else against.items,
        "problem": against if isinstance(against, Problem) else None,
    }
    return page(request, "money_contract.html", session, values, status=status)
