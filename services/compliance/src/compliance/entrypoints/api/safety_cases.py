"""Safety cases and their hand-over to drug safety."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.status import HTTP_204_NO_CONTENT

from compliance.domain.errors import PersonRequired
from compliance.entrypoints.api.ports import Ports, Reader, Reviewer
from compliance.entrypoints.api.schemas import SafetyCaseRead
from shared.web.pages import Cursor, Page, page

router = APIRouter(prefix="/v1/safety-cases", tags=["safety cases"])
Wanted = Annotated[Literal["open", "overdue", "handed_over"] | None, Query()]


@router.get("")
async def list_safety_cases(
    _reader: Reader, ports: Ports, cursor: Cursor, state: Wanted = None
) -> Page[SafetyCaseRead]:
    """Safety cases, oldest first."""
    rows = await ports.queries.safety_cases(state=state, after=cursor.after, limit=cursor.limit + 1)
    return page([SafetyCaseRead.model_validate(row) for row in rows], cursor, key=lambda case: case.safety_case_id)


@router.post("/{safety_case_id}/hand-over", status_code=HTTP_204_NO_CONTENT)
async def hand_over(safety_case_id: str, reviewer: Reviewer, ports: Ports) -> None:
    """Confirm that drug safety has it; what waited for this person goes on."""
    if reviewer.kind != "person":
        raise PersonRequired("only a person confirms a hand-over", remedy="sign in as a reviewer")
    await ports.hand_over(safety_case_id, reviewer.subject)
