"""Taking a release back, and the list of what was taken back."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from pydantic import BaseModel

from compliance.application.aftercare.recall import Recall
from compliance.domain.errors import WrongAudience
from compliance.entrypoints.api.ports import Ports, Reviewer, ensure_person
from compliance.entrypoints.api.schemas import ReasonBody
from shared.auth.dependencies import require
from shared.auth.principal import Principal
from shared.contracts.vocabulary import CaseState, RecallCode
from shared.web.etag import IfMatchIfGiven, etag

router = APIRouter(tags=["aftercare"])
LIST_MAX_AGE = 10
"""Seconds an executor may keep the list before it asks again; a list itself says until when it is good."""
Executor = Annotated[Principal, Depends(require("permits:redeem"))]


class RecallBody(ReasonBody):
    """Why it is taken back: `code` is what executors hear, `reason` stands in the ledger."""

    code: RecallCode


class RecallAnswer(BaseModel):
    """Where the case stands. `was_redeemed`: the executor was allowed to act before, so it has to be taken down."""

    action_id: str
    state: CaseState
    permit_id: str
    was_redeemed: bool


@router.post("/v1/cases/{action_id}/recall")
async def recall_release(
    action_id: str,
    body: RecallBody,
    *,
    reviewer: Reviewer,
    expected: IfMatchIfGiven,
    ports: Ports,
    response: Response,
) -> RecallAnswer:
    """Take a released action back, carried out or not. It only ever stops something, so it takes no second proof.

    If-Match may be sent: without it, whatever the executor did meanwhile, the release is taken back.
    """
    ensure_person(reviewer, "recalls a release")
    order = Recall(by=reviewer.subject, code=body.code, reason=body.reason, expected_version=expected)
    recalled = await ports.aftercare.recall(action_id, order)
    response.headers["ETag"] = etag(recalled.version)
    return RecallAnswer(
        action_id=action_id, state="recalled", permit_id=recalled.permit_id, was_redeemed=recalled.was_redeemed
    )


@router.get("/v1/permits/revocations", response_class=Response, responses={200: {"content": {"application/jwt": {}}}})
async def revocation_list(
    executor: Executor, ports: Ports, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """The caller's own stopped and recalled permits: a compact JWS, signed like permits, always the whole list."""
    if executor.kind != "service":
        raise WrongAudience("the list is for the executor whose permits are on it, not for a person")
    token = await ports.aftercare.revocations(executor.client_id)
    tag = f'"{hashlib.sha256(token.encode()).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": f"private, max-age={LIST_MAX_AGE}"}
    if if_none_match is not None and tag in (each.strip() for each in if_none_match.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(token, media_type="application/jwt", headers=headers)
