"""Taking from somebody the right to approve, and giving it back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field, Json

from compliance.application.reviewers.revoking import Order
from compliance.entrypoints.api.ports import Ports, Reader
from compliance.entrypoints.api.schemas import NO_NUL, ReasonBody
from shared.auth.dependencies import require
from shared.auth.principal import Principal
from shared.web.pages import Cursor, Page, page

router = APIRouter(prefix="/v1/reviewers", tags=["review"])
Lead = Annotated[Principal, Depends(require("compliance:lead"))]
Subject = Annotated[str, Path(min_length=1, max_length=200, pattern=NO_NUL)]
Capacity = Annotated[str, Field(pattern=r"^(person:\S+|[a-z][a-z0-9_]*)$")]


class RevocationBody(ReasonBody):
    """Why, and which capacities (roles, `reviewer`); none is every one."""

    capacities: frozenset[Capacity] = frozenset()


class RevocationAnswer(BaseModel):
    """`sent_back`: actions that waited on this person's approval and are in review again."""

    subject: str
    state: Literal["revoked", "reinstated"]
    sent_back: list[str] = []


class RevocationRead(BaseModel):
    """What was taken from whom; no capacities is all of them."""

    subject: str
    version: int
    state: Literal["revoked", "reinstated"]
    capacities: Json[list[str]]
    changed_at: datetime


@router.get("/revocations")
async def list_revocations(_reader: Reader, ports: Ports, cursor: Cursor) -> Page[RevocationRead]:
    """Everybody from whom something was ever taken."""
    rows = await ports.reviewers.queries.revocations(after=cursor.after, limit=cursor.limit + 1)
    return page([RevocationRead.model_validate(row) for row in rows], cursor, key=lambda each: each.subject)


@router.post("/{subject}/revocation")
async def revoke_reviewer(subject: Subject, body: RevocationBody, lead: Lead, ports: Ports) -> RevocationAnswer:
    """They may not approve any more, whatever their token says; what waits on their approval goes back to review."""
    order = Order(
        by=lead.subject, reason=body.reason, is_person=lead.kind == "person", capacities=frozenset(body.capacities)
    )
    sent_back = await ports.reviewers.revoke(subject, order)
    return RevocationAnswer(subject=subject, state="revoked", sent_back=list(sent_back))


@router.post("/{subject}/reinstatement")
async def reinstate_reviewer(subject: Subject, body: ReasonBody, lead: Lead, ports: Ports) -> RevocationAnswer:
    """They may approve again; what went back to review stays there."""
    await ports.reviewers.reinstate(
        subject, Order(by=lead.subject, reason=body.reason, is_person=lead.kind == "person")
    )
    return RevocationAnswer(subject=subject, state="reinstated")
