"""Who asks, and what the routes of working together are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Query, Response
from pydantic import BaseModel
from starlette.status import HTTP_201_CREATED

from compliance.application.teamwork.desk import TeamworkDesk
from compliance.application.teamwork.ports import Colleague, TeamworkUnitOfWork
from compliance.domain.review.steps import REVIEWER
from compliance.domain.review.votes import Voter
from compliance.entrypoints.api.ports import Ports
from compliance.entrypoints.api.schemas import NO_NUL
from shared.auth.principal import Principal
from shared.db.unit_of_work import SqlUnitOfWork
from shared.web.etag import etag
from shared.web.idempotency import IdempotentRequest, Reply

D = TypeVar("D")
_REVIEW = "compliance:review"
ME = "me"
"""Stands for the caller where a query names somebody."""


async def _desk(ports: Ports) -> TeamworkDesk:
    return ports.teamwork


Somebody = Annotated[
    str | None, Query(min_length=1, max_length=200, pattern=NO_NUL, description="a subject, or `me` for the caller")
]
Desk = Annotated[TeamworkDesk, Depends(_desk)]


def voter_of(reviewer: Principal) -> Voter:
    """A caller with the scope compliance:review, and what they may decide as."""
    return Voter(
        subject=reviewer.subject,
        name=reviewer.name,
        is_person=reviewer.kind == "person",
        capacities=reviewer.roles | {REVIEWER, f"person:{reviewer.subject}"},
        authenticated_at=reviewer.authenticated_at,
    )


def colleague_of(caller: Principal) -> Colleague:
    """The caller, as others will see them named."""
    return Colleague(subject=caller.subject, name=caller.name, may_review=_REVIEW in caller.scopes)


async def meet(caller: Principal, desk: TeamworkDesk) -> None:
    """Remember a person who came by, so that others can name them."""
    if caller.kind == "person":
        await desk.meeting(colleague_of(caller))


async def created(
    once: IdempotentRequest,
    desk: TeamworkDesk,
    by: str,
    make: Callable[[TeamworkUnitOfWork], Awaitable[D]],
    read: Callable[[D], tuple[str, int, BaseModel]],
) -> Response:
    """201 with what was made: its place, version and body; the same answer again for the same Idempotency-Key."""

    async def perform(uow: SqlUnitOfWork) -> Reply:
        place, version, body = read(await make(cast("TeamworkUnitOfWork", uow)))
        return Reply(HTTP_201_CREATED, body, {"ETag": etag(version), "Location": place})

    return await once(by, cast("Callable[[], SqlUnitOfWork]", desk.unit_of_work), perform)


def named(who: str | None, caller: Principal) -> str | None:
    """The subject meant."""
    return caller.subject if who == ME else who
