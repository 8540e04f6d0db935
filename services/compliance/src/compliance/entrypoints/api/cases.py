"""The review queue, one case, and votes on it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from compliance.application.circulations.listing import Colleague, Wanted
from compliance.domain.review.spans import RequestedChange
from compliance.domain.review.votes import Ballot
from compliance.entrypoints.api import evidence
from compliance.entrypoints.api.ports import Ports, Reader, Reviewer
from compliance.entrypoints.api.schemas import CaseListed, CaseRead, VoteAnswer, VoteBody
from compliance.entrypoints.api.teamwork.answers import Somebody, named, voter_of
from shared.contracts.vocabulary import CaseState
from shared.kernel.errors import NotFound
from shared.web.etag import IfMatch, ensure_version, etag
from shared.web.pages import Cursor, Page, page

router = APIRouter(prefix="/v1/cases", tags=["cases"])
router.include_router(evidence.router)


@router.get("")
async def list_cases(
    reader: Reader,
    ports: Ports,
    cursor: Cursor,
    *,
    state: Annotated[CaseState | None, Query()] = None,
    assigned_to: Somebody = None,
    overdue: Annotated[bool, Query(description="only what nobody has decided in time")] = False,
    waiting_for: Annotated[Literal["me"] | None, Query(description="only what you may decide now")] = None,
) -> Page[CaseListed]:
    """Cases, by state; `in_review` is the queue. The earliest slot first, among those that ended the latest.

    `assigned_to` leaves those that somebody, or whom they stand in for now, is asked to look at.
    """
    me = Colleague(subject=reader.subject, capacities=voter_of(reader).capacities)
    by, asked = None if waiting_for is None else me, named(assigned_to, reader)
    wanted = Wanted(state=state, overdue=overdue, by=by, assigned_to=asked)
    now = ports.circulations.now()
    rows = await ports.case_lists.cases(wanted, now=now, after=cursor.after, limit=cursor.limit + 1)
    return page([CaseListed.model_validate(row) for row in rows], cursor, key=_place)


@router.get("/{action_id}")
async def read_case(action_id: str, _reader: Reader, ports: Ports, response: Response) -> CaseRead:
    """One case with snapshot, findings, votes and what its release waits for; its ETag is what a vote is bound to."""
    case = await case_of(action_id, ports)
    response.headers["ETag"] = etag(case.version)
    return case


@router.post("/{action_id}/votes")
async def cast_vote(
    action_id: str, body: VoteBody, *, reviewer: Reviewer, expected: IfMatch, ports: Ports, response: Response
) -> VoteAnswer:
    """Approve, request changes or reject exactly this content in exactly this version of the case."""
    ensure_version(expected, (await case_of(action_id, ports)).version)
    ballot = Ballot(
        decision=body.decision,
        meaning=body.meaning,
        reason=body.reason,
        content_sha256=body.content_sha256,
        case_version=expected,
        step=body.step,
        on_behalf_of=body.on_behalf_of,
        changes=tuple(RequestedChange(place=each.anchor(), wanted=each.wanted) for each in body.changes),
    )
    await ports.vote(action_id, ballot, voter_of(reviewer))
    case = await case_of(action_id, ports)
    response.headers["ETag"] = etag(case.version)
    return VoteAnswer(action_id=action_id, state=case.state)


def _place(case: CaseListed) -> str:
    return f"{'infinity' if case.slot_start is None else case.slot_start.isoformat()}~{case.action_id}"


async def case_of(action_id: str, ports: Ports) -> CaseRead:
    """The case of an action. Raises NotFound."""
    row = await ports.queries.case(action_id)
    if row is None:
        raise NotFound(
            f"there is no case of action {action_id}",
            remedy="submit the action; a case opens a moment later. GET /v1/cases lists all",
        )
    return CaseRead.model_validate(row)
