"""Samples: what went out without a review of its own and was drawn to be looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from compliance.application.wordings import sampling
from compliance.application.wordings.sampling import Looked
from compliance.domain.wordings.sample import SampleState
from compliance.entrypoints.api.ports import Ports, Reader, Reviewer
from compliance.entrypoints.api.wordings.schemas import SampleDecisions, SampleRead, SampleRow, SamplesDecided
from compliance.entrypoints.api.wordings.wordings import voter_of
from shared.kernel.errors import NotFound
from shared.web.pages import Cursor, Page, page
from shared.web.problem import Malformed

router = APIRouter(prefix="/v1/samples", tags=["fast lane"])


@router.get("")
async def list_samples(
    _reader: Reader, ports: Ports, cursor: Cursor, state: Annotated[SampleState | None, Query()] = None
) -> Page[SampleRead]:
    """Those that wait, the first due in front; with `state`, those in it, in order of their permits."""
    queries, more = ports.wordings.queries, cursor.limit + 1
    if state is not None:
        rows = await queries.samples(state=state, after=cursor.after, limit=more)
        return page(
            [_shown(row) for row in map(SampleRow.model_validate, rows)], cursor, key=lambda each: each.permit_id
        )
    rows = await queries.waiting_samples(after=_place(cursor.after), limit=more)
    return page([_shown(row) for row in map(SampleRow.model_validate, rows)], cursor, key=_key)


@router.get("/{permit_id}")
async def read_sample(permit_id: str, _reader: Reader, ports: Ports) -> SampleRead:
    """The draw of one permit, and what was found."""
    row = await ports.wordings.queries.sample(permit_id)
    if row is None:
        raise NotFound(f"there is no sample {permit_id}", remedy="GET /v1/samples lists those that wait")
    return _shown(SampleRow.model_validate(row))


@router.post("/decisions")
async def decide_on_samples(body: SampleDecisions, *, reviewer: Reviewer, ports: Ports) -> SamplesDecided:
    """Pass samples with one signature, or fail one: its wording is suspended at once.

    Nobody decides on what they wrote, edited or signed. Only here does one signature serve many decisions.
    """
    looked = Looked(permit_ids=body.permit_ids, outcome=body.outcome, meaning=body.meaning, reason=body.reason)
    desk = ports.wordings
    decided = await sampling.decide(looked, voter_of(reviewer), open_uow=desk.unit_of_work, gate=desk.gate)
    return SamplesDecided(
        permit_ids=[each.record_id for each in decided], state="passed" if body.outcome == "pass" else "failed"
    )


def _shown(row: SampleRow) -> SampleRead:
    return SampleRead(
        permit_id=row.permit_id,
        state=row.state,
        wording_id=row.wording_id,
        wording_name=row.wording_name,
        due_at=row.due_at,
        content=row.content,
        details=row.document,
    )


def _key(sample: SampleRead) -> str:
    return f"{sample.due_at.isoformat()}~{sample.permit_id}"


def _place(after: str | None) -> tuple[str, str] | None:
    if after is None:
        return None
    moment, _, permit_id = after.partition("~")
    try:
        due = datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(
            "cursor is not one of this list's", field="cursor", remedy="send next_cursor unchanged"
        ) from None
    return due.isoformat(), permit_id
