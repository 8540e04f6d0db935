"""What reviews took."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from portal.application.answers import Problem, settled
from portal.application.review_view import GROUPINGS, groups_of
from portal.entrypoints.console import SignedIn, console_of, page

router = APIRouter(prefix="/queue/metrics")

_PLACE = "/v1/review-metrics"


@router.get("")
async def metrics(request: Request, session: SignedIn, by: str = "team", first: str = "", last: str = "") -> Response:
    """First Pass Approval, durations and circulations of a period; the last 90 days where none is given."""
    wanted = {"by": by if by in GROUPINGS else "team", "from": first or None, "to": last or None}
    answer = await settled(console_of(request).services.get("compliance", _PLACE, session.token, **wanted))
    problem = answer if isinstance(answer, Problem) else None
    found: dict[str, Any] = {} if isinstance(answer, Problem) else answer.body
    values: dict[str, Any] = {
        "problem": problem,
        "by": wanted["by"],
        "groupings": GROUPINGS,
        "first": found.get("first", first),
        "last": found.get("last", last),
        "timezone": found.get("timezone", ""),
        "groups": groups_of(found) if found else [],
    }
    status = 200 if problem is None else problem.status or 503
    return page(request, "review_metrics.html", session, values, status=status)


@router.get("/file")
async def file(request: Request, session: SignedIn, by: str = "team", first: str = "", last: str = "") -> Response:
    """The same as CSV."""
    given = {name: value for name, value in (("by", by), ("from", first), ("to", last)) if value}
    place = f"{_PLACE}/file?{urlencode(given)}"
    text = await console_of(request).services.page("compliance", place, session.token)
    headers = {"Content-Disposition": 'attachment; filename="review-metrics.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
