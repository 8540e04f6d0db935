"""How records of money are answered, and who may ask for what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Generic, TypeVar, cast

from fastapi import Depends, Response
from pydantic import BaseModel, Json

from compliance.application.money.desk import MoneyDesk
from compliance.application.money.ports import Change, MoneyUnitOfWork
from compliance.domain.records import Record
from compliance.entrypoints.api.ports import Ports, ensure_person
from shared.auth.dependencies import require
from shared.auth.principal import Principal
from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.errors import NotFound
from shared.web.etag import IfMatch, etag
from shared.web.idempotency import IdempotentRequest, Reply
from shared.web.pages import Page, Position, page

D = TypeVar("D")
R = TypeVar("R", bound=Record[Any])

MoneyReader = Annotated[Principal, Depends(require("money:read"))]
MoneyWriter = Annotated[Principal, Depends(require("money:write"))]
MoneyApprover = Annotated[Principal, Depends(require("money:approve"))]


class RecordRead(BaseModel, Generic[D]):
    """One record; `version` is what If-Match has to name. Amounts are decimals as text."""

    id: str
    version: int
    state: str
    details: D


class RecordRow(BaseModel, Generic[D]):
    """The same as it comes from the read pool."""

    id: str
    version: int
    state: str
    details: Json[D]


TakeStep = Callable[..., Awaitable[Record[Any]]]


async def _desk(ports: Ports) -> MoneyDesk:
    return ports.money


Desk = Annotated[MoneyDesk, Depends(_desk)]


def read_of(record: Record[Any]) -> RecordRead[Any]:
    """The record as the API tells it."""
    return RecordRead[Any](id=record.record_id, version=record.version, state=record.state, details=record.details)


def a_person(principal: Principal) -> str:
    """The subject. Raises PersonRequired for a program."""
    ensure_person(principal, "agrees to this")
    return principal.subject


async def created(
    once: IdempotentRequest,
    desk: MoneyDesk,
    by: str,
    place: str,
    make: Callable[[MoneyUnitOfWork], Awaitable[R]],
    *,
    read: Callable[[R], RecordRead[Any]] = read_of,
) -> Response:
    """201 with the new record; the same answer again for the same Idempotency-Key."""

    async def perform(uow: SqlUnitOfWork) -> Reply:
        record = await make(cast("MoneyUnitOfWork", uow))
        headers = {"ETag": etag(record.version), "Location": f"{place}/{record.record_id}"}
        return Reply(201, read(record), headers)

    return await once(by, cast("Callable[[], SqlUnitOfWork]", desk.unit_of_work), perform)


class Step:
    """One step of the record that the path names, by whoever saw it as If-Match says; answers the record after it."""

    def __init__(self, record_id: str, expected: IfMatch, desk: Desk, response: Response) -> None:
        self._record_id = record_id
        self._expected = expected
        self._desk = desk
        self._response = response

    async def __call__(
        self, take: TakeStep, by: str, reason: str, *given: Any, read: Callable[[Any], RecordRead[Any]] = read_of
    ) -> RecordRead[Any]:
        """`take` is a use case of the desk; `given` is what else it needs, in front of the change."""
        change = Change(record_id=self._record_id, expected_version=self._expected, by=by, reason=reason)
        record = await take(*given, change, uow=self._desk.unit_of_work(), means=self._desk.means)
        self._response.headers["ETag"] = etag(record.version)
        return read(record)


OneStep = Annotated[Step, Depends(Step)]


async def one_of(name: str, record_id: str, desk: MoneyDesk, response: Response) -> Mapping[str, Any]:
    """A row of the read model, with its ETag on the response. Raises NotFound."""
    row = await desk.queries.one(name, record_id)
    if row is None:
        raise NotFound(f"there is no {record_id}", remedy="list them; the id may be of something else")
    response.headers["ETag"] = etag(row["version"])
    return row


async def page_of(
    name: str, kind: type[RecordRow[D]], position: Position, desk: MoneyDesk, **wanted: str | int | None
) -> Page[RecordRead[D]]:
    """A page of a read model in order of ids."""
    rows = await desk.queries.listed(name, after=position.after, limit=position.limit + 1, **wanted)
    return page([shown(row, kind) for row in rows], position, key=lambda each: each.id)


def shown(row: Mapping[str, Any], kind: type[RecordRow[D]]) -> RecordRead[D]:
    """A row of the read model as the API tells it."""
    read = kind.model_validate(row)
    return RecordRead(id=read.id, version=read.version, state=read.state, details=read.details)
