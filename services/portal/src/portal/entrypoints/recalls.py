"""Taking a released action back."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from portal.application.answers import Problem, ServiceRefused, settled
from portal.entrypoints.console import SignedIn, checked_form, console_of, see, text_of

router = APIRouter(prefix="/actions")


@router.post("/{action_id}/recall")
async def recall(action_id: UUID, request: Request, session: SignedIn) -> Response:
    """Recall it as it is now: whatever its executor did since the page was shown, it must not stand."""
    form = await checked_form(request, session)
    body = {"code": text_of(form, "code"), "reason": text_of(form, "reason")}
    services = console_of(request).services
    answer = await settled(services.post("compliance", f"/v1/cases/{action_id}/recall", session.token, body))
    if isinstance(answer, Problem):
        raise ServiceRefused(answer)
    return see(f"/actions/{action_id}", done="recalled")
