"""Contracts with experts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from compliance.application.money import contracts
from compliance.domain.money.contract import ContractFile
from compliance.domain.money.formalities import Objection
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
from compliance.entrypoints.api.money.schemas import SignatureBody, TermsBody, Why, Word
from shared.web.idempotency import Once
from shared.web.pages import Cursor, Page

router = APIRouter(prefix="/v1/contracts", tags=["money"])
ContractRead = RecordRead[ContractFile]


@router.get("")
async def list_contracts(
    _reader: MoneyReader,
    desk: Desk,
    cursor: Cursor,
    stakeholder_id: Annotated[Word | None, Query()] = None,
    state: Annotated[Word | None, Query()] = None,
) -> Page[ContractRead]:
    """Contracts, by expert or state."""
    return await page_of("contracts", RecordRow[ContractFile], cursor, desk, stakeholder_id=stakeholder_id, state=state)


@router.get("/{contract_id}")
async def read_contract(contract_id: str, _reader: MoneyReader, desk: Desk, response: Response) -> ContractRead:
    """One contract."""
    return shown(await one_of("contracts", contract_id, desk, response), RecordRow[ContractFile])


@router.get("/{contract_id}/objections")
async def read_objections(contract_id: str, _reader: MoneyReader, desk: Desk) -> list[Objection]:
    """What speaks against agreeing it today: rule, field, what to do. Nothing is written."""
    return list(await contracts.objections_now(contract_id, uow=desk.unit_of_work(), means=desk.means))


@router.post("", status_code=201, response_model=ContractRead)
async def draft_contract(body: TermsBody, writer: MoneyWriter, desk: Desk, once: Once) -> Response:
    """Write terms down."""
    terms = body.terms()
    return await created(
        once,
        desk,
        writer.subject,
        "/v1/contracts",
        lambda uow: contracts.draft(terms, writer.subject, body.reason, uow=uow, means=desk.means),
    )


@router.put("/{record_id}")
async def revise_contract(body: TermsBody, writer: MoneyWriter, step: OneStep) -> ContractRead:
    """Other terms: it is a draft again, and whoever changed it does not agree to it later."""
    return await step(contracts.revise, writer.subject, body.reason, body.terms())


@router.post("/{record_id}/submission")
async def submit_contract(body: Why, writer: MoneyWriter, step: OneStep) -> ContractRead:
    """Hand it to a second person; refused with `contract_refused` and one error for each objection."""
    return await step(contracts.submit, writer.subject, body.reason)


@router.post("/{record_id}/agreement")
async def agree_contract(body: Why, approver: MoneyApprover, step: OneStep) -> ContractRead:
    """Agree to it; from here on it counts against the number of its need."""
    return await step(contracts.agree, a_person(approver), body.reason)


@router.post("/{record_id}/activation")
async def activate_contract(body: SignatureBody, approver: MoneyApprover, step: OneStep) -> ContractRead:
    """Record that both sides have signed, before the service begins."""
    return await step(contracts.activate, a_person(approver), body.reason, body.signature())


@router.post("/{record_id}/ending")
async def end_contract(body: Why, writer: MoneyWriter, step: OneStep) -> ContractRead:
    """The service is over."""
    return await step(contracts.end, writer.subject, body.reason)


@router.post("/{record_id}/termination")
async def terminate_contract(body: Why, writer: MoneyWriter, step: OneStep) -> ContractRead:
    """Give it up; its place in the round is free."""
    return await step(contracts.terminate, writer.subject, body.reason)
