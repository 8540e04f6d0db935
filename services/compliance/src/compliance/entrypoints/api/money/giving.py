"""Transfers of value, and the records under which people are disclosed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Json

from compliance.application.money import giving
from compliance.domain.money.marks import Standing
from compliance.domain.money.recipients import Recipient
from compliance.domain.money.transfer import Entry
from compliance.entrypoints.api.money.answers import (
    Desk,
    MoneyReader,
    MoneyWriter,
    OneStep,
    RecordRead,
    RecordRow,
    created,
    one_of,
    page_of,
    shown,
)
from compliance.entrypoints.api.money.schemas import Country, GivenBody, RecipientBody, Why, Word
from shared.web.idempotency import Once
from shared.web.pages import Cursor, Page

transfers = APIRouter(prefix="/v1/transfers-of-value", tags=["money"])
recipients = APIRouter(prefix="/v1/recipients", tags=["money"])
Year = Annotated[int, Query(ge=2000, le=2100)]


class VersionRead(BaseModel):
    """One version as it was written: what happened, by whom, when and why; a reason goes with an erased person."""

    version: int
    what: str
    state: str
    details: Entry
    by: str | None
    at: datetime
    why: str | None


class _VersionRow(VersionRead):
    details: Json[Entry]  # type: ignore[assignment] - the same, as text


@transfers.get("")
async def list_transfers(
    *,
    _reader: MoneyReader,
    desk: Desk,
    cursor: Cursor,
    stakeholder_id: Annotated[Word | None, Query()] = None,
    country: Annotated[Country | None, Query()] = None,
    year: Year | None = None,
    standing: Annotated[Standing | None, Query()] = None,
) -> Page[RecordRead[Entry]]:
    """Transfers of value with how they stand, by person, country, year or standing."""
    wanted = {"stakeholder_id": stakeholder_id, "country": country, "year": year, "standing": standing}
    return await page_of("transfers_of_value", RecordRow[Entry], cursor, desk, **wanted)


@transfers.get("/{transfer_id}")
async def read_transfer(transfer_id: str, _reader: MoneyReader, desk: Desk, response: Response) -> RecordRead[Entry]:
    """One transfer as it is now."""
    return shown(await one_of("transfers_of_value", transfer_id, desk, response), RecordRow[Entry])


@transfers.get("/{transfer_id}/versions")
async def read_versions(transfer_id: str, _reader: MoneyReader, desk: Desk, response: Response) -> list[VersionRead]:
    """Every version of it, the first in front: a correction never overwrites."""
    await one_of("transfers_of_value", transfer_id, desk, response)
    return [_VersionRow.model_validate(row) for row in await desk.queries.versions(transfer_id)]


@transfers.post("", status_code=201, response_model=RecordRead[Entry])
async def record_transfer(body: GivenBody, writer: MoneyWriter, desk: Desk, once: Once) -> Response:
    """Store what was given, whether it is disclosed or not; the answer says how it stands and why."""
    given = body.given()
    return await created(
        once,
        desk,
        writer.subject,
        "/v1/transfers-of-value",
        lambda uow: giving.record_transfer(given, writer.subject, body.reason, uow=uow, means=desk.means),
    )


@transfers.post("/{record_id}/corrections")
async def correct_transfer(body: GivenBody, writer: MoneyWriter, step: OneStep) -> RecordRead[Entry]:
    """It was this in truth: another version, with a reason."""
    return await step(giving.correct_transfer, writer.subject, body.reason, body.given())


@transfers.post("/{record_id}/voiding")
async def void_transfer(body: Why, writer: MoneyWriter, step: OneStep) -> RecordRead[Entry]:
    """It was not given at all."""
    return await step(giving.void_transfer, writer.subject, body.reason)


@recipients.get("")
async def list_recipients(
    _reader: MoneyReader, desk: Desk, cursor: Cursor, stakeholder_id: Annotated[Word | None, Query()] = None
) -> Page[RecordRead[Recipient]]:
    """Under which names people are disclosed."""
    return await page_of("recipients", RecordRow[Recipient], cursor, desk, stakeholder_id=stakeholder_id)


@recipients.get("/{recipient_id}")
async def read_recipient(
    recipient_id: str, _reader: MoneyReader, desk: Desk, response: Response
) -> RecordRead[Recipient]:
    """One of them."""
    return shown(await one_of("recipients", recipient_id, desk, response), RecordRow[Recipient])


@recipients.post("", status_code=201, response_model=RecordRead[Recipient])
async def record_recipient(body: RecipientBody, writer: MoneyWriter, desk: Desk, once: Once) -> Response:
    """Say under which name somebody is disclosed, and on what basis; one record for each person."""
    recipient = body.recipient()
    return await created(
        once,
        desk,
        writer.subject,
        "/v1/recipients",
        lambda uow: giving.record_recipient(recipient, writer.subject, body.reason, uow=uow, means=desk.means),
    )


@recipients.put("/{record_id}")
async def revise_recipient(body: RecipientBody, writer: MoneyWriter, step: OneStep) -> RecordRead[Recipient]:
    """Another record of the same person; how their transfers stand is decided anew."""
    return await step(giving.revise_recipient, writer.subject, body.reason, body.recipient())
