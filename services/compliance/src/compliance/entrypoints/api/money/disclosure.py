"""Disclosure runs: preview with its problems first, file, approval by a second person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from compliance.application.money import disclosing
from compliance.application.money.ports import MoneyUnitOfWork
from compliance.domain.money.amounts import rounded
from compliance.domain.money.disclosure import DisclosureRun, hash_of
from compliance.domain.money.marks import Regime
from compliance.domain.money.reports import Problem
from compliance.entrypoints.api.money.answers import (
    Desk,
    MoneyApprover,
    MoneyReader,
    MoneyWriter,
    OneStep,
    RecordRead,
    RecordRow,
    a_person,
    created,
    one_of,
    page_of,
    shown,
)
from compliance.entrypoints.api.money.schemas import Country, RunBody, Why
from shared.kernel.errors import NotFound
from shared.web.idempotency import Once
from shared.web.pages import Cursor, Page

router = APIRouter(prefix="/v1/disclosure-runs", tags=["money"])


class RunDetails(BaseModel):
    """A run without its file; `sha256` is of the file's bytes."""

    regime: Regime
    country: str
    year: int
    sha256: str
    rows: int
    individual: int
    aggregated: int
    totals: dict[str, str]
    rule_set: str | None
    prepared_by: str
    prepared_at: datetime
    approved_by: str | None
    approved_at: datetime | None


class PreviewRead(BaseModel):
    """What a run would disclose now: its problems, those that stop it first, then the rows."""

    ready: bool
    problems: list[Problem]
    columns: list[str]
    rows: list[list[str]]
    individual: int
    aggregated: int
    totals: dict[str, str]
    sha256: str


RunRead = RecordRead[RunDetails]


@router.get("")
async def list_runs(
    _reader: MoneyReader,
    desk: Desk,
    cursor: Cursor,
    regime: Annotated[Regime | None, Query()] = None,
    country: Annotated[Country | None, Query()] = None,
    year: Annotated[int | None, Query(ge=2013, le=2100)] = None,
) -> Page[RunRead]:
    """Runs by regime, country and year."""
    wanted = {"regime": regime, "country": country, "year": year}
    return await page_of("disclosure_runs", RecordRow[RunDetails], cursor, desk, **wanted)


@router.get("/preview")
async def preview_run(
    _reader: MoneyReader,
    desk: Desk,
    regime: Annotated[Regime, Query()],
    country: Annotated[Country, Query()],
    year: Annotated[int, Query(ge=2013, le=2100)],
) -> PreviewRead:
    """Look before a run: what stops it and which records are to be completed. Nothing is written."""
    report = await disclosing.preview(regime, country, year, uow=desk.unit_of_work(), means=desk.means)
    return PreviewRead(
        ready=not report.stops,
        problems=list(report.problems),
        columns=list(report.columns),
        rows=[list(row) for row in report.rows],
        individual=report.individual,
        aggregated=report.aggregated,
        totals={code: rounded(amount, code) for code, amount in report.totals.items()},
        sha256=hash_of(report),
    )


@router.get("/{run_id}")
async def read_run(run_id: str, _reader: MoneyReader, desk: Desk, response: Response) -> RunRead:
    """One run."""
    return shown(await one_of("disclosure_runs", run_id, desk, response), RecordRow[RunDetails])


@router.get("/{run_id}/file", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def read_file(run_id: str, _reader: MoneyReader, desk: Desk) -> Response:
    """The file of a run, frozen once it is approved: CSV in UTF-8."""
    row = await desk.queries.file(run_id)
    if row is None:
        raise NotFound(f"there is no run {run_id}", remedy="GET /v1/disclosure-runs lists all")
    headers = {
        "Content-Disposition": f'attachment; filename="disclosure-{run_id}.csv"',
        "X-Content-SHA256": row["sha256"],
    }
    return Response(str(row["file"]).encode(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("", status_code=201, response_model=RunRead)
async def prepare_run(body: RunBody, writer: MoneyWriter, desk: Desk, once: Once) -> Response:
    """Make the file; refused with `disclosure_stopped`, naming each record that stops it."""

    async def prepare(uow: MoneyUnitOfWork) -> DisclosureRun:
        return await disclosing.prepare(
            body.regime, body.country, body.year, writer.subject, body.reason, uow=uow, means=desk.means
        )

    return await created(once, desk, writer.subject, "/v1/disclosure-runs", prepare, read=_read)


@router.post("/{record_id}/approval")
async def approve_run(body: Why, approver: MoneyApprover, step: OneStep) -> RunRead:
    """Freeze the file; not by whoever prepared it, and only while it would still be the same."""
    return await step(disclosing.approve, a_person(approver), body.reason, read=_read)


@router.post("/{record_id}/withdrawal")
async def withdraw_run(body: Why, writer: MoneyWriter, step: OneStep) -> RunRead:
    """Do not use it."""
    return await step(disclosing.withdraw, writer.subject, body.reason, read=_read)


def _read(run: DisclosureRun) -> RunRead:
    details = RunDetails.model_validate(run.details, from_attributes=True)
    return RunRead(id=run.record_id, version=run.version, state=run.state, details=details)
