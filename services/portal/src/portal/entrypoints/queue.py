"""The review queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from portal.application.answers import Problem, settled
from portal.application.moments import ago, slot
from portal.application.names import names_of
from portal.application.review_view import due_of
from portal.application.words import CASE_STATES
from portal.entrypoints.console import SignedIn, console_of, page

router = APIRouter(prefix="/queue")

_PER_PAGE = 25
_ONLY: Mapping[str, Mapping[str, str]] = {"overdue": {"overdue": "true"}, "waiting": {"waiting_for": "me"}}


@router.get("")
async def queue(
    request: Request,
    session: SignedIn,
    *,
    state: str = "in_review",
    cursor: str = "",
    mine: str = "",
    only: str = "",
) -> Response:
    """Cases in one state, or in all with `state=all`; `mine=yes` leaves those that one is asked to look at.

    `only` leaves those that are overdue, or that wait for whoever asks.
    """
    console = console_of(request)
    wanted = state if state in CASE_STATES else None
    narrower = _ONLY.get(only, {})
    answer = await settled(
        console.services.get(
            "compliance",
            "/v1/cases",
            session.token,
            state=wanted,
            cursor=cursor,
            limit=_PER_PAGE,
            assigned_to="me" if mine else None,
            **narrower,
        )
    )
    values: dict[str, Any] = {
        "state": wanted or "all",
        "states": CASE_STATES,
        "problem": None,
        "mine": bool(mine),
        "only": only,
    }
    if isinstance(answer, Problem):
        return page(request, "queue.html", session, {**values, "problem": answer, "cases": [], "next": None})
    now, names = console.clock.now(), await names_of(answer.items, console.services, session.token)
    cases = [
        {
            **case,
            "slot": slot(case["slot_start"], case["slot_end"], now),
            "person": names.get(case["stakeholder_id"], case["stakeholder_id"]),
            "age": ago(case["changed_at"], now),
            "own": case["submitted_by"] == session.principal.subject,
            "due": due_of(case, now),
        }
        for case in answer.items
    ]
    return page(request, "queue.html", session, {**values, "cases": cases, "next": answer.next_cursor})
