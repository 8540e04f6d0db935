"""Pre-approved wordings: proposed, signed by two people, suspended, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, cast

from fastapi import APIRouter, Query, Response

from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.application.wordings import closing, proposing
from compliance.application.wordings.desk import WordingDesk
from compliance.application.wordings.proposing import Seen
from compliance.domain.review.steps import REVIEWER
from compliance.domain.review.votes import Voter
from compliance.domain.slot import Slot
from compliance.domain.wordings.content import WordingContent
from compliance.domain.wordings.variables import KnownFacts
from compliance.domain.wordings.wording import Wording, WordingFile
from compliance.entrypoints.api.ports import Ports, Reader, Reviewer, Screener, ensure_person
from compliance.entrypoints.api.schemas import ReasonBody
from compliance.entrypoints.api.wordings.schemas import (
    EditionRead,
    ReleaseRead,
    SignatureBody,
    WordingBody,
    WordingRead,
    WordingRow,
    WordingState,
)
from shared.auth.principal import Principal
from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.errors import NotFound
from shared.web.etag import IfMatch, etag
from shared.web.idempotency import Once, Reply
from shared.web.pages import Cursor, Page, page

router = APIRouter(prefix="/v1/wordings", tags=["fast lane"])


@router.get("")
async def list_wordings(
    _reader: Reader, ports: Ports, cursor: Cursor, state: Annotated[WordingState | None, Query()] = None
) -> Page[WordingRead]:
    """Wordings; only approved ones stand for a review."""
    rows = await ports.wordings.queries.wordings(state=state, after=cursor.after, limit=cursor.limit + 1)
    items = [_shown(WordingRow.model_validate(row), ports.wordings) for row in rows]
    return page(items, cursor, key=lambda each: each.wording_id)


@router.get("/{wording_id}")
async def read_wording(wording_id: str, _reader: Reader, ports: Ports, response: Response) -> WordingRead:
    """One wording with who signed it."""
    row = await ports.wordings.queries.wording(wording_id)
    if row is None:
        raise NotFound(f"there is no wording {wording_id}", remedy="GET /v1/wordings lists all")
    read = WordingRow.model_validate(row)
    response.headers["ETag"] = etag(read.version)
    return _shown(read, ports.wordings)


@router.get("/{wording_id}/editions")
async def list_editions(wording_id: str, _reader: Reader, ports: Ports) -> list[EditionRead]:
    """Everything it ever said, the first edition in front."""
    return [EditionRead.model_validate(row) for row in await ports.wordings.queries.editions(wording_id)]


@router.get("/{wording_id}/releases")
async def list_releases(wording_id: str, _reader: Reader, ports: Ports, cursor: Cursor) -> Page[ReleaseRead]:
    """Every permit issued under any of its editions, redeemed or not."""
    rows = await ports.wordings.queries.releases(wording_id, after=cursor.after, limit=cursor.limit + 1)
    return page([ReleaseRead.model_validate(row) for row in rows], cursor, key=lambda each: each.permit_id)


@router.post("", status_code=201, response_model=WordingRead)
async def propose_wording(body: WordingBody, writer: Screener, ports: Ports, once: Once) -> Response:
    """Propose a wording; it is screened with everything it can become, and two other people sign it."""
    ensure_person(writer, "proposes a wording")
    desk = ports.wordings

    async def perform(uow: SqlUnitOfWork) -> Reply:
        wording = await proposing.propose(
            body.content(), writer.subject, body.reason, uow=cast("UnitOfWork", uow), gate=desk.gate
        )
        headers = {"ETag": etag(wording.version), "Location": f"/v1/wordings/{wording.record_id}"}
        return Reply(201, _read(wording, desk), headers)

    return await once(writer.subject, cast("Callable[[], SqlUnitOfWork]", desk.unit_of_work), perform)


@router.post("/{wording_id}/editions")
async def revise_wording(
    wording_id: str, body: WordingBody, *, writer: Screener, expected: IfMatch, ports: Ports, response: Response
) -> WordingRead:
    """Another edition, to be signed anew. What the former one approved and is not done yet goes to its reviewers."""
    ensure_person(writer, "proposes a wording")
    seen, desk = Seen(wording_id=wording_id, version=expected, by=writer.subject, why=body.reason), ports.wordings
    wording = await proposing.revise(body.content(), seen, open_uow=desk.unit_of_work, gate=desk.gate)
    return _changed(wording, desk, response)


@router.post("/{wording_id}/signatures")
async def sign_wording(
    wording_id: str, body: SignatureBody, *, reviewer: Reviewer, expected: IfMatch, ports: Ports, response: Response
) -> WordingRead:
    """Sign exactly this edition on a new proof of identity; the second signature approves it."""
    desk = ports.wordings
    wording = await proposing.sign(
        wording_id,
        body.sha256,
        body.meaning,
        voter_of(reviewer),
        version=expected,
        open_uow=desk.unit_of_work,
        gate=desk.gate,
    )
    return _changed(wording, desk, response)


@router.post("/{wording_id}/suspension")
async def suspend_wording(
    wording_id: str, body: ReasonBody, *, reviewer: Reviewer, expected: IfMatch, ports: Ports, response: Response
) -> WordingRead:
    """Stop it at once: nothing more goes out under it, and everything that did is named."""
    seen, desk = _seen(wording_id, expected, reviewer, body.reason), ports.wordings
    return _changed(await closing.suspend_wording(seen, open_uow=desk.unit_of_work, gate=desk.gate), desk, response)


@router.post("/{wording_id}/withdrawal")
async def withdraw_wording(
    wording_id: str, body: ReasonBody, *, reviewer: Reviewer, expected: IfMatch, ports: Ports, response: Response
) -> WordingRead:
    """End it for good."""
    seen, desk = _seen(wording_id, expected, reviewer, body.reason), ports.wordings
    return _changed(await closing.withdraw_wording(seen, open_uow=desk.unit_of_work, gate=desk.gate), desk, response)


def voter_of(reviewer: Principal) -> Voter:
    """Who signs, with what they may decide as and when they proved who they are."""
    return Voter(
        subject=reviewer.subject,
        name=reviewer.name,
        is_person=reviewer.kind == "person",
        capacities=reviewer.roles | {REVIEWER, f"person:{reviewer.subject}"},
        authenticated_at=reviewer.authenticated_at,
    )


def _seen(wording_id: str, version: int, reviewer: Principal, why: str) -> Seen:
    ensure_person(reviewer, "ends a wording")
    return Seen(wording_id=wording_id, version=version, by=reviewer.subject, why=why)


def _changed(wording: Wording, desk: WordingDesk, response: Response) -> WordingRead:
    response.headers["ETag"] = etag(wording.version)
    return _read(wording, desk)


def _read(wording: Wording, desk: WordingDesk) -> WordingRead:
    row = WordingRow.model_construct(
        wording_id=wording.record_id, version=wording.version, state=wording.state, document=wording.details
    )
    return _shown(row, desk)


def _shown(row: WordingRow, desk: WordingDesk) -> WordingRead:
    file: WordingFile = row.document
    return WordingRead(
        wording_id=row.wording_id,
        version=row.version,
        state=row.state,
        edition=file.edition,
        sha256=file.sha256,
        content=file.content,
        written_by=file.written_by,
        signatures=file.signatures,
        screened=file.screened,
        example=_example(file.content, str(desk.gate.company["name"])),
    )


def _example(content: WordingContent, company: str) -> dict[str, str]:
    """Somebody's name and the first of its days."""
    noon = datetime.combine(content.valid_from, time(12), UTC)
    facts = KnownFacts(person_name="Alex Muster", company_name=company, slot=Slot(noon, noon + timedelta(minutes=1)))
    return dict(content.renderings(facts)[0])
