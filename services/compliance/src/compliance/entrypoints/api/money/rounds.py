"""Fee bands and needs: what a contract is held against."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from compliance.application.money import rounds
from compliance.domain.money.bands import Band
from compliance.domain.money.needs import Round
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
from compliance.entrypoints.api.money.schemas import BandBody, Country, NeedBody, Why
from shared.web.idempotency import Once
from shared.web.pages import Cursor, Page

bands = APIRouter(prefix="/v1/fee-bands", tags=["money"])
needs = APIRouter(prefix="/v1/needs-assessments", tags=["money"])


@bands.get("")
async def list_bands(
    _reader: MoneyReader, desk: Desk, cursor: Cursor, country: Annotated[Country | None, Query()] = None
) -> Page[RecordRead[Band]]:
    """Fair-market-value bands; only approved ones hold."""
    return await page_of("fee_bands", RecordRow[Band], cursor, desk, country=country)


@bands.get("/{band_id}")
async def read_band(band_id: str, _reader: MoneyReader, desk: Desk, response: Response) -> RecordRead[Band]:
    """One band."""
    return shown(await one_of("fee_bands", band_id, desk, response), RecordRow[Band])


@bands.post("", status_code=201, response_model=RecordRead[Band])
async def propose_band(body: BandBody, writer: MoneyWriter, desk: Desk, once: Once) -> Response:
    """Enter a band with its source; a second person approves it."""
    band = body.band(writer.subject)
    return await created(
        once,
        desk,
        writer.subject,
        "/v1/fee-bands",
        lambda uow: rounds.propose_band(band, writer.subject, body.reason, uow=uow, means=desk.means),
    )


@bands.post("/{record_id}/approval")
async def approve_band(body: Why, approver: MoneyApprover, step: OneStep) -> RecordRead[Band]:
    """Let fees be held against it; not by whoever entered it."""
    return await step(rounds.approve_band, a_person(approver), body.reason)


@bands.post("/{record_id}/withdrawal")
async def withdraw_band(body: Why, approver: MoneyApprover, step: OneStep) -> RecordRead[Band]:
    """Hold no fee against it any more."""
    return await step(rounds.withdraw_band, a_person(approver), body.reason)


@needs.get("")
async def list_needs(_reader: MoneyReader, desk: Desk, cursor: Cursor) -> Page[RecordRead[Round]]:
    """Needs and the contracts that count against their number."""
    return await page_of("needs_assessments", RecordRow[Round], cursor, desk)


@needs.get("/{need_id}")
async def read_need(need_id: str, _reader: MoneyReader, desk: Desk, response: Response) -> RecordRead[Round]:
    """One need."""
    return shown(await one_of("needs_assessments", need_id, desk, response), RecordRow[Round])


@needs.post("", status_code=201, response_model=RecordRead[Round])
async def write_need(body: NeedBody, writer: MoneyWriter, desk: Desk, once: Once) -> Response:
    """Say what experts are needed for, and how many, before anybody is engaged."""
    return await created(
        once,
        desk,
        writer.subject,
        "/v1/needs-assessments",
        lambda uow: rounds.write_need(body.of(), writer.subject, body.reason, uow=uow, means=desk.means),
    )


@needs.put("/{record_id}")
async def revise_need(body: NeedBody, writer: MoneyWriter, step: OneStep) -> RecordRead[Round]:
    """Say it anew; it is to be approved again."""
    return await step(rounds.revise_need, writer.subject, body.reason, body.of())


@needs.post("/{record_id}/approval")
async def approve_need(body: Why, approver: MoneyApprover, step: OneStep) -> RecordRead[Round]:
    """Agree with need and number; refused with `number_above_need` where the round is larger than the need."""
    return await step(rounds.approve_need, a_person(approver), body.reason)


@needs.post("/{record_id}/closing")
async def close_need(body: Why, writer: MoneyWriter, step: OneStep) -> RecordRead[Round]:
    """Engage nobody else."""
    return await step(rounds.close_need, writer.subject, body.reason)
