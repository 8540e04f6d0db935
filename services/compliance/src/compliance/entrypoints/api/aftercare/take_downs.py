"""Take-down tasks: what is due, what became of it, and the second person who looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field, Json

from compliance.application.aftercare.desk import AftercareDesk
from compliance.application.aftercare.take_downs import Order, Step
from compliance.domain.aftercare.take_down import Kind, Proof, TakeDown, TakeDownState, Task
from compliance.domain.errors import WrongAudience
from compliance.entrypoints.api.ports import Ports, Reader, Reviewer, ensure_person
from compliance.entrypoints.api.schemas import NO_NUL, ReasonBody, Sha256, Taken
from shared.auth.dependencies import require
from shared.auth.principal import Principal
from shared.kernel.errors import NotFound
from shared.web.etag import IfMatch, etag
from shared.web.pages import Cursor, Page, page
from shared.web.problem import Malformed

router = APIRouter(prefix="/v1/take-downs", tags=["aftercare"])
Executor = Annotated[Principal, Depends(require("permits:redeem"))]
Text = Annotated[str, Field(min_length=1, max_length=2_000, pattern=NO_NUL)]


class ProofBody(Taken):
    """How it is known to be gone: `url_gone` with `url`, `screenshot` with its `sha256`, `note` with `note`."""

    kind: Kind
    url: Text | None = None
    sha256: Sha256 | None = None
    note: Text | None = None

    def proof(self) -> Proof:
        """Raises InvalidValue where what this kind needs is missing."""
        return Proof(kind=self.kind, url=self.url, sha256=self.sha256, note=self.note)


class DoneBody(ProofBody, ReasonBody):
    """`reason` says what was done."""


class TakeDownRead(BaseModel):
    """One task; `overdue`: it should be settled by now."""

    action_id: str
    version: int
    state: TakeDownState
    overdue: bool
    details: Task


class _Row(BaseModel):
    action_id: str
    version: int
    state: TakeDownState
    due_at: datetime
    details: Json[Task]


async def _desk(ports: Ports) -> AftercareDesk:
    return ports.aftercare


Desk = Annotated[AftercareDesk, Depends(_desk)]


@router.get("")
async def list_take_downs(
    _reader: Reader, desk: Desk, cursor: Cursor, state: Annotated[TakeDownState | None, Query()] = None
) -> Page[TakeDownRead]:
    """Tasks, those due first in front."""
    rows = await desk.queries.take_downs(state=state, after=place(cursor.after), limit=cursor.limit + 1)
    shown = [_shown(row, desk) for row in rows]
    return page(shown, cursor, key=lambda each: f"{each.details.due_at.isoformat()}~{each.action_id}")


@router.get("/{action_id}")
async def read_take_down(action_id: str, _reader: Reader, desk: Desk, response: Response) -> TakeDownRead:
    """One task with its proof."""
    row = await desk.queries.take_down(action_id)
    if row is None:
        raise NotFound(f"nothing of action {action_id} is to be taken down", remedy="GET /v1/take-downs lists all")
    response.headers["ETag"] = etag(row["version"])
    return _shown(row, desk)


@router.post("/{action_id}/done")
async def done(
    action_id: str, body: DoneBody, *, reviewer: Reviewer, expected: IfMatch, desk: Desk, response: Response
) -> TakeDownRead:
    """It is gone; another person looks and confirms."""
    proof = body.proof()
    return await _changed(
        action_id, lambda task, at: task.done(proof, at), _order(reviewer, body, expected), desk, response
    )


@router.post("/{action_id}/report")
async def report(
    action_id: str, body: ProofBody, *, executor: Executor, desk: Desk, response: Response
) -> TakeDownRead:
    """The executor that published it has taken it down. Reported again, nothing changes."""
    if executor.kind != "service":
        raise WrongAudience("this is reported by the executor that published it, not by a person")
    return _told(await desk.report_take_down(action_id, body.proof(), client_id=executor.client_id), desk, response)


@router.post("/{action_id}/not-possible")
async def not_possible(
    action_id: str, body: ReasonBody, *, reviewer: Reviewer, expected: IfMatch, desk: Desk, response: Response
) -> TakeDownRead:
    """It cannot be taken down; another person looks and confirms."""
    return await _changed(action_id, TakeDown.not_possible, _order(reviewer, body, expected), desk, response)


@router.post("/{action_id}/confirmation")
async def confirm(
    action_id: str, body: ReasonBody, *, reviewer: Reviewer, expected: IfMatch, desk: Desk, response: Response
) -> TakeDownRead:
    """A second person has looked; `reason` says what they saw."""
    return await _changed(action_id, TakeDown.confirm, _order(reviewer, body, expected), desk, response)


@router.post("/{action_id}/reopening")
async def reopen(
    action_id: str, body: ReasonBody, *, reviewer: Reviewer, expected: IfMatch, desk: Desk, response: Response
) -> TakeDownRead:
    """It is still there."""
    return await _changed(action_id, TakeDown.reopen, _order(reviewer, body, expected), desk, response)


def place(after: str | None) -> tuple[datetime, str] | None:
    """The moment and the id in a cursor. Raises Malformed."""
    if after is None:
        return None
    moment, _, action_id = after.partition("~")
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        raise Malformed("cursor is not one of this list's", field="cursor", remedy="send next_cursor unchanged")
    return parsed, action_id


def _order(reviewer: Principal, body: ReasonBody, expected: int) -> Order:
    ensure_person(reviewer, "says what became of a take-down")
    return Order(by=reviewer.subject, reason=body.reason, expected_version=expected)


async def _changed(action_id: str, step: Step, order: Order, desk: AftercareDesk, response: Response) -> TakeDownRead:
    return _told(await desk.change_take_down(action_id, step, order), desk, response)


def _told(task: TakeDown, desk: AftercareDesk, response: Response) -> TakeDownRead:
    response.headers["ETag"] = etag(task.version)
    state: Any = task.state
    return TakeDownRead(
        action_id=task.record_id,
        version=task.version,
        state=state,
        overdue=task.is_overdue(desk.clock.now()),
        details=task.details,
    )


def _shown(row: Mapping[str, Any], desk: AftercareDesk) -> TakeDownRead:
    read = _Row.model_validate(row)
    overdue = read.state != "closed" and read.due_at <= desk.clock.now()
    return TakeDownRead(
        action_id=read.action_id, version=read.version, state=read.state, overdue=overdue, details=read.details
    )
