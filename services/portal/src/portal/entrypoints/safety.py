"""Safety cases and their hand-over to drug safety."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from portal.application.answers import Answer, Problem, settled
from portal.application.deciding import REVIEW_SCOPE
from portal.application.moments import until
from portal.application.sessions import Session
from portal.entrypoints.console import SignedIn, checked_form, console_of, page, see

router = APIRouter(prefix="/safety")

_PER_PAGE = 50


@router.get("")
async def safety_cases(request: Request, session: SignedIn, cursor: str = "", done: str = "") -> Response:
    """All safety cases, oldest first."""
    return await _shown(request, session, cursor, {"done": done})


@router.post("/{safety_case_id}/hand-over")
async def hand_over(safety_case_id: UUID, request: Request, session: SignedIn) -> Response:
    """Confirm that drug safety has it."""
    await checked_form(request, session)
    services = console_of(request).services
    answer = await settled(
        services.post("compliance", f"/v1/safety-cases/{safety_case_id}/hand-over", session.token, {})
    )
    if isinstance(answer, Problem):
        return await _shown(request, session, "", {"refusal": answer}, status=answer.status or 503)
    return see("/safety", done="handed_over")


async def _shown(
    request: Request, session: Session, cursor: str, more: Mapping[str, Any], *, status: int = 200
) -> Response:
    console = console_of(request)
    answer = await settled(
        console.services.get("compliance", "/v1/safety-cases", session.token, cursor=cursor, limit=_PER_PAGE)
    )
    found = Answer({}) if isinstance(answer, Problem) else answer
    now = console.clock.now()
    values: dict[str, Any] = {
        "done": "",
        "refusal": None,
        "problem": answer if isinstance(answer, Problem) else None,
        "cases": [
            {**case, "due": until(case["due_at"], now), "same_words": _same_words(case, found.items)}
            for case in found.items
        ],
        "next": found.next_cursor,
        "may_hand_over": REVIEW_SCOPE in session.principal.scopes,
    }
    return page(request, "safety.html", session, {**values, **more}, status=status)


def _same_words(case: Mapping[str, Any], cases: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The other cases of the same quote: a post and the action that answers it are two cases of one report."""
    own = case["safety_case_id"]
    return [each for each in cases if each["quote"] == case["quote"] and each["safety_case_id"] != own]
