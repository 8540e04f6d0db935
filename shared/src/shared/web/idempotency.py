"""Idempotency-Key: a repeated POST gets the first answer instead of a second effect.

The answer is stored in the use case's own transaction: either both are there or neither. In a route:

    @router.post("/v1/stakeholders", status_code=201, response_model=StakeholderRead)
    async def register(body: StakeholderCreate, caller: Caller, once: Once, request: Request) -> Response:
        ports = request.app.state.ports

        async def perform(uow: RegistryUnitOfWork) -> Reply:
            stakeholder = await ports.register(body.command(), uow=uow)      # enters and commits as always
            return Reply(201, StakeholderRead.of(stakeholder), {"ETag": etag(stakeholder.version)})

        return await once(caller.subject, ports.unit_of_work, perform)

Without the header, `perform` runs on a fresh unit of work. With it, the unit of work is already open and holds
the key's row; the use case's `commit` only flushes, and the real commit follows once the answer is stored too.
A refusal (DomainError) stores nothing: the key is free for the corrected request.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, Self, TypeVar, cast

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db.metadata import UtcDateTime
from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.clock import SystemClock
from shared.kernel.errors import DomainError, InvalidValue
from shared.messaging.schedules import Schedule

U = TypeVar("U", bound=SqlUnitOfWork)

_CLAIM = text(
    """INSERT INTO idempotency_keys (principal, route, key, request_sha256)
       VALUES (:principal, :route, :key, :request_sha256) ON CONFLICT DO NOTHING RETURNING key"""
)
_READ = text(
    """SELECT request_sha256, status, headers, body FROM idempotency_keys
       WHERE principal = :principal AND route = :route AND key = :key"""
)
_STORE = text(
    """UPDATE idempotency_keys SET status = :status, headers = CAST(:headers AS jsonb), body = :body
       WHERE principal = :principal AND route = :route AND key = :key"""
)
_PRUNE = text("DELETE FROM idempotency_keys WHERE created_at < :before")
_LOCK_NOT_AVAILABLE = "55P03"

KEPT = timedelta(hours=24)
"""How long a key is remembered."""


def idempotency_table(metadata: MetaData) -> Table:
    """One row per caller, route and key; add it to the service's metadata and first migration."""
    return Table(
        "idempotency_keys",
        metadata,
        Column("principal", Text, primary_key=True),
        Column("route", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("request_sha256", LargeBinary, nullable=False),
        Column("status", Integer, nullable=True),
        Column("headers", JSONB, nullable=True),
        Column("body", LargeBinary, nullable=True),
        Column("created_at", UtcDateTime, nullable=False, server_default=text("now()"), index=True),
    )


class IdempotencyKeyReused(DomainError):
    """The key was used for another request."""

    code = "idempotency_key_reused"


class IdempotencyKeyInUse(DomainError):
    """The first request with this key is still running."""

    code = "idempotency_key_in_use"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the caller gets, and gets again."""

    status: int
    body: BaseModel | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def content(self) -> bytes:
        """The JSON text of the body."""
        return b"" if self.body is None else self.body.model_dump_json().encode()

    def response(self) -> Response:
        """The HTTP response."""
        return _response(self.status, self.content(), self.headers)


class IdempotentRequest:
    """Performs the request at hand at most once per Idempotency-Key, caller and route."""

    def __init__(self, request: Request, key: str | None, digest: bytes) -> None:
        self._route = f"{request.method} {request.url.path}"
        self._key = key
        self._digest = digest

    async def __call__(
        self, principal: str, unit_of_work: Callable[[], U], perform: Callable[[U], Awaitable[Reply]]
    ) -> Response:
        """`perform`'s answer, or the stored one. Raises IdempotencyKeyReused and IdempotencyKeyInUse."""
        if self._key is None:
            return (await perform(unit_of_work())).response()
        row = {"principal": principal, "route": self._route, "key": self._key}
        async with unit_of_work() as opened:
            if not await self._claim(opened.connection, row):
                return await self._replay(opened.connection, row)
            # The use case sees its own kind of unit of work; only opening and committing are ours now.
            reply = await perform(cast("U", _Joined(opened)))
            stored = {"status": reply.status, "headers": json.dumps(dict(reply.headers)), "body": reply.content()}
            await opened.connection.execute(_STORE, {**row, **stored})
            await opened.commit()
        return reply.response()

    async def _claim(self, connection: AsyncConnection, row: dict[str, Any]) -> bool:
        try:
            claimed = await connection.execute(_CLAIM, {**row, "request_sha256": self._digest})
        except DBAPIError as error:  # waited for the first request's transaction until lock_timeout
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
            raise IdempotencyKeyInUse(
                "another request with this Idempotency-Key is still running",
                remedy="wait a moment and send the same request again",
                field="Idempotency-Key",
            ) from error
        return claimed.first() is not None

    async def _replay(self, connection: AsyncConnection, row: dict[str, Any]) -> Response:
        first = (await connection.execute(_READ, row)).one()
        if first.request_sha256 != self._digest:
            raise IdempotencyKeyReused(
                "this Idempotency-Key was used for another request",
                remedy="use a fresh key for a new request; repeat the old one unchanged to get its answer",
                field="Idempotency-Key",
            )
        return _response(first.status, first.body, {**first.headers, "Idempotency-Replayed": "true"})


class _Joined:
    """A unit of work inside an open one: entering is free, `commit` flushes, leaving changes nothing."""

    def __init__(self, opened: SqlUnitOfWork) -> None:
        self._opened = opened

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opened, name)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        return None

    async def commit(self) -> None:
        await self._opened.flush()


async def prune_idempotency_keys(connection: AsyncConnection, *, before: datetime) -> int:
    """Forget keys older than `before` (24 hours is customary); the caller commits. Returns how many."""
    return (await connection.execute(_PRUNE, {"before": before})).rowcount


def forgetting(engine: AsyncEngine) -> Schedule:
    """The worker's schedule that forgets keys after a day, so that the table does not grow for ever."""

    async def forget() -> None:
        async with engine.begin() as connection:
            await prune_idempotency_keys(connection, before=SystemClock().now() - KEPT)

    return Schedule("forget_idempotency_keys", timedelta(hours=1), forget)


async def _idempotent(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=200, description="repeat a request with the same key to get the same answer"),
    ] = None,
) -> IdempotentRequest:
    return IdempotentRequest(request, idempotency_key, b"" if idempotency_key is None else await _digest(request))


Once = Annotated[IdempotentRequest, Depends(_idempotent)]
"""The request, to be performed once."""


async def _digest(request: Request) -> bytes:
    try:
        body = await request.body()
    except RuntimeError as error:  # a form was streamed, its bytes are gone
        raise InvalidValue(
            "Idempotency-Key cannot be used with a form upload",
            remedy="send the file as the plain body, or leave the header out: imports may be repeated",
            field="Idempotency-Key",
        ) from error
    return hashlib.sha256(request.url.query.encode() + b"\n" + body).digest()


def _response(status: int, content: bytes, headers: Mapping[str, str]) -> Response:
    return Response(content, status_code=status, media_type="application/json", headers=dict(headers))
