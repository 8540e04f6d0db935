"""What is under watch: looks that are due, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Json

from compliance.application.aftercare.desk import AftercareDesk
from compliance.application.aftercare.take_downs import Order
from compliance.application.aftercare.watches import Step
from compliance.domain.aftercare.watch import Watch, Watched
from compliance.entrypoints.api.aftercare.take_downs import Desk, place
from compliance.entrypoints.api.ports import Reader, Reviewer, ensure_person
from compliance.entrypoints.api.schemas import ReasonBody
from shared.kernel.errors import NotFound
from shared.web.etag import IfMatch, IfMatchIfGiven, etag
from shared.web.pages import Cursor, Page, page

router = APIRouter(prefix="/v1/watches", tags=["aftercare"])
WatchState = Literal["open", "closed"]


class LookBody(ReasonBody):
    """`what` was looked at, such as comments or safety; `reason` says what was seen."""

    what: Literal["comments", "safety"]


class WatchRead(BaseModel):
    """One watch; `due` says by `what` when the next look is due (null: none), `overdue` which should be done by now."""

    action_id: str
    version: int
    state: WatchState
    next_due_at: datetime | None
    due: dict[str, datetime | None]
    overdue: list[str]
    details: Watched


class _Row(BaseModel):
    action_id: str
    version: int
    state: WatchState
    details: Json[Watched]


@router.get("")
async def list_watches(
    _reader: Reader,
    desk: Desk,
    cursor: Cursor,
    *,
    state: Annotated[WatchState, Query()] = "open",
    overdue: Annotated[bool, Query()] = False,
) -> Page[WatchRead]:
    """Watches, those with the soonest look in front; with `overdue` only where somebody should have looked by now."""
    before = desk.clock.now() if overdue else None
    rows = await desk.queries.watches(state=state, before=before, after=place(cursor.after), limit=cursor.limit + 1)
    key = {row["action_id"]: f"{row['listed_at'].isoformat()}~{row['action_id']}" for row in rows}
    return page([_shown(row, desk) for row in rows], cursor, key=lambda each: key[each.action_id])


@router.get("/{action_id}")
async def read_watch(action_id: str, _reader: Reader, desk: Desk, response: Response) -> WatchRead:
    """One watch with every look and every post about it."""
    row = await desk.queries.watch(action_id)
    if row is None:
        raise NotFound(f"action {action_id} is not watched", remedy="GET /v1/watches lists what is")
    response.headers["ETag"] = etag(row["version"])
    return _shown(row, desk)


@router.post("/{action_id}/looks")
async def look(
    action_id: str, body: LookBody, *, reviewer: Reviewer, expected: IfMatchIfGiven, desk: Desk, response: Response
) -> WatchRead:
    """A named person has looked. If-Match may be sent: a look holds whatever else became of the watch."""
    order = _order(reviewer, body, expected)
    return await _changed(action_id, lambda watch, _, at: watch.look(body.what, at), order, desk, response)


@router.post("/{action_id}/closing")
async def close(
    action_id: str, body: ReasonBody, *, reviewer: Reviewer, expected: IfMatch, desk: Desk, response: Response
) -> WatchRead:
    """After its end date, when everybody has looked and nothing about it is open."""
    return await _changed(action_id, Watch.close, _order(reviewer, body, expected), desk, response)


def _order(reviewer: Any, body: ReasonBody, expected: int | None) -> Order:
    ensure_person(reviewer, "watches")
    return Order(by=reviewer.subject, reason=body.reason, expected_version=expected)


async def _changed(action_id: str, step: Step, order: Order, desk: AftercareDesk, response: Response) -> WatchRead:
    watch = await desk.change_watch(action_id, step, order)
    response.headers["ETag"] = etag(watch.version)
    return _read(watch, desk)


def _shown(row: Mapping[str, Any], desk: AftercareDesk) -> WatchRead:
    read = _Row.model_validate(row)
    return _read(Watch(read.action_id, read.details, state=read.state, version=read.version), desk)


def _read(watch: Watch, desk: AftercareDesk) -> WatchRead:
    state: Any = watch.state
    is_open = watch.state == "open"
    return WatchRead(
        action_id=watch.record_id,
        version=watch.version,
        state=state,
        next_due_at=watch.next_due(),
        due={each.what: watch.due_at(each.what) if is_open else None for each in watch.details.intervals},
        overdue=list(watch.overdue(desk.clock.now())),
        details=watch.details,
    )
