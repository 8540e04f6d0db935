"""Being away, and who stands in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, Json
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from compliance.application.teamwork import absences
from compliance.application.teamwork.absences import Away
from compliance.application.teamwork.desk import TeamworkDesk
from compliance.domain.review.absence import Absence
from compliance.entrypoints.api.ports import Reader, Reviewer
from compliance.entrypoints.api.schemas import NO_NUL, Taken
from compliance.entrypoints.api.teamwork.answers import Desk, Somebody, created, meet, named, voter_of
from compliance.entrypoints.api.teamwork.schemas import Subject
from shared.auth.principal import Principal
from shared.kernel.errors import NotFound
from shared.web.etag import IfMatch, etag
from shared.web.idempotency import Once
from shared.web.pages import Cursor, Page, page

router = APIRouter(prefix="/v1/absences", tags=["review"])
colleagues = APIRouter(prefix="/v1/colleagues", tags=["review"])


class AbsenceBody(Taken):
    """Away from `from` (now, where it is left out) until before `until`; times name their zone.

    The delegate decides in the capacities you hold now. Nobody but you reads the reason.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    starts_at: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: AwareDatetime
    delegate: Subject
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=NO_NUL)] | None = None


class AbsenceRead(BaseModel):
    """`running`: the delegate stands in at this moment. `version` is what If-Match has to name."""

    model_config = ConfigDict(serialize_by_alias=True)

    absence_id: str
    version: int
    state: Literal["registered", "ended"]
    running: bool
    subject: str
    name: str
    delegate: str
    delegate_name: str
    starts_at: Annotated[datetime, Field(serialization_alias="from")]
    until: datetime
    capacities: list[str]
    reason: str | None


class ColleagueRead(BaseModel):
    """Somebody who can be named as delegate, assigned or mentioned."""

    subject: str
    name: str
    may_review: bool


class _Row(BaseModel):
    absence_id: str
    version: int
    state: Literal["registered", "ended"]
    subject: str
    name: str
    delegate: str
    delegate_name: str
    starts_at: datetime
    ends_at: datetime
    capacities: Json[list[str]]
    reason: str | None


@router.get("")
async def list_absences(
    reader: Reader,
    desk: Desk,
    cursor: Cursor,
    *,
    subject: Somebody = None,
    delegate: Somebody = None,
    running: Annotated[bool, Query(description="only those that cover this moment")] = False,
) -> Page[AbsenceRead]:
    """Who is away, and who stands in for whom."""
    await meet(reader, desk)
    rows = await desk.queries.absences(
        subject=named(subject, reader),
        delegate=named(delegate, reader),
        running_at=desk.means.clock.now() if running else None,
        after=cursor.after,
        limit=cursor.limit + 1,
    )
    return page([_shown(_Row.model_validate(row), reader, desk) for row in rows], cursor, key=lambda it: it.absence_id)


@router.get("/{absence_id}")
async def read_absence(absence_id: str, reader: Reader, desk: Desk, response: Response) -> AbsenceRead:
    """One absence."""
    row = await desk.queries.absence(absence_id)
    if row is None:
        raise NotFound(f"there is no absence {absence_id}", remedy="GET /v1/absences lists them")
    read = _shown(_Row.model_validate(row), reader, desk)
    response.headers["ETag"] = etag(read.version)
    return read


@router.post("", status_code=HTTP_201_CREATED, response_model=AbsenceRead)
async def register_absence(body: AbsenceBody, reviewer: Reviewer, desk: Desk, once: Once) -> Response:
    """Register your own absence; at most one person stands in for you at any moment."""
    away = Away(starts_at=body.starts_at, ends_at=body.until, delegate=body.delegate, reason=body.reason)

    return await created(
        once,
        desk,
        reviewer.subject,
        lambda uow: absences.register(away, voter_of(reviewer), uow=uow, means=desk.means),
        lambda made: (f"/v1/absences/{made.record_id}", made.version, _of(made, desk)),
    )


@router.delete("/{absence_id}", status_code=HTTP_204_NO_CONTENT)
async def end_absence(absence_id: str, *, reviewer: Reviewer, expected: IfMatch, desk: Desk) -> None:
    """End your own absence now; what was decided in your place stays."""
    await absences.end(absence_id, reviewer.subject, expected, uow=desk.unit_of_work(), means=desk.means)


@colleagues.get("")
async def list_colleagues(reader: Reader, desk: Desk, cursor: Cursor) -> Page[ColleagueRead]:
    """People of ours whom the gate has met: they signed, or opened the console."""
    await meet(reader, desk)
    rows = await desk.queries.colleagues(after=cursor.after, limit=cursor.limit + 1)
    return page([ColleagueRead.model_validate(row) for row in rows], cursor, key=lambda each: each.subject)


def _of(absence: Absence, desk: TeamworkDesk) -> AbsenceRead:
    cover = absence.details
    return AbsenceRead(
        absence_id=absence.record_id,
        version=absence.version,
        state="registered" if absence.state == "registered" else "ended",
        running=absence.covers(desk.means.clock.now()),
        subject=cover.subject,
        name=cover.name,
        delegate=cover.delegate,
        delegate_name=cover.delegate_name,
        starts_at=cover.starts_at,
        until=cover.ends_at,
        capacities=list(cover.capacities),
        reason=cover.reason,
    )


def _shown(row: _Row, reader: Principal, desk: TeamworkDesk) -> AbsenceRead:
    now = desk.means.clock.now()
    return AbsenceRead(
        **row.model_dump(exclude={"ends_at", "reason"}),
        until=row.ends_at,
        running=row.state == "registered" and row.starts_at <= now < row.ends_at,
        reason=row.reason if row.subject == reader.subject else None,
    )
