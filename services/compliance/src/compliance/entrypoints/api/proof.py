"""The ledger and the rule set in force."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from compliance.entrypoints.api.ports import Ports, Reader
from compliance.entrypoints.api.schemas import NO_NUL, LedgerRow, RuleSetInForceRead
from shared.auth.dependencies import require
from shared.auth.principal import Principal
from shared.kernel.errors import NotFound
from shared.web.pages import Cursor, Page, page
from shared.web.problem import Malformed

router = APIRouter(tags=["proof"])
Inspector = Annotated[Principal, Depends(require("ledger:read"))]


@router.get("/v1/ledger")
async def read_ledger(
    _inspector: Inspector,
    ports: Ports,
    cursor: Cursor,
    aggregate_id: Annotated[str | None, Query(max_length=200, pattern=NO_NUL)] = None,
) -> Page[LedgerRow]:
    """State changes of the gate, oldest first."""
    after = cursor.after or "0"
    if not after.isdecimal():
        raise Malformed("cursor is not one of the ledger's", field="cursor", remedy="send next_cursor unchanged")
    rows = await ports.queries.ledger(about=aggregate_id, after=int(after), limit=cursor.limit + 1)
    return page([LedgerRow.model_validate(row) for row in rows], cursor, key=lambda row: str(row.sequence))


@router.get("/v1/rule-sets/current")
async def current_rule_set(_reader: Reader, ports: Ports) -> RuleSetInForceRead:
    """The rule set in force, and the one this process judges by."""
    row = await ports.queries.rule_set()
    if row is None:
        raise NotFound("no rule set is in force yet", remedy="start the compliance worker; it activates its rules")
    return RuleSetInForceRead.model_validate({**row, "in_use": ports.gate.rule_set()})
