from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, SecretStr
from sqlalchemy import Column, Table, Text, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.auth import Principal, require
from shared.db.engine import create_engine
from shared.db.metadata import new_metadata
from shared.db.settings import DatabaseSettings
from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.errors import InvalidTransition
from shared.kernel.ids import new_id
from shared.web.idempotency import Once, Reply, forgetting, idempotency_table, prune_idempotency_keys
from support.web import ISSUER, an_app

pytestmark = pytest.mark.platform

METADATA = new_metadata()
NOTES = Table("notes", METADATA, Column("id", Text, primary_key=True), Column("words", Text, nullable=False))
KEYS = idempotency_table(METADATA)

Caller = Annotated[Principal, Depends(require("registry:write"))]


class Note(BaseModel):
    id: str
    words: str


class NoteCreate(BaseModel):
    words: str


async def nothing_public(*_: object) -> None: ...


async def add_note(words: str, *, uow: SqlUnitOfWork) -> Note:
    async with uow:
        note = Note(id=new_id(), words=words)
        await uow.connection.execute(insert(NOTES), [note.model_dump()])
        if words == "forbidden":
            raise InvalidTransition("these words may not be kept")
        if words == "broken":
            raise RuntimeError("a bug after the insert")
        await asyncio.sleep(0.05 if words == "slow" else 0)
        await uow.commit()
    return note


def notes_router(engine: AsyncEngine) -> APIRouter:
    router = APIRouter()

    @router.post("/v1/notes", status_code=201, response_model=Note)
    async def create(body: NoteCreate, caller: Caller, once: Once) -> Response:
        async def perform(uow: SqlUnitOfWork) -> Reply:
            note = await add_note(body.words, uow=uow)
            return Reply(201, note, {"ETag": '"v1"', "Location": f"/v1/notes/{note.id}"})

        return await once(caller.subject, lambda: SqlUnitOfWork(engine, nothing_public), perform)

    return router


@pytest.fixture
def database(fresh_database: Callable[[str], str]) -> DatabaseSettings:
    return DatabaseSettings(url=SecretStr(fresh_database("idempotency")), lock_timeout=1.0)


@asynccontextmanager
async def an_api(database: DatabaseSettings) -> AsyncGenerator[tuple[httpx.AsyncClient, AsyncEngine]]:
    engine = create_engine(database, application_name="test-idempotency")
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    app = an_app(notes_router(engine), engine=engine)
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://test", headers=ISSUER.authorization("registry:write")
    )
    async with client:
        yield client, engine
    await engine.dispose()


async def count(engine: AsyncEngine, table: Table = NOTES) -> int:
    async with engine.connect() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


def key(value: str) -> dict[str, str]:
    return {"Idempotency-Key": value}


async def test_a_repeated_request_gets_the_first_answer_and_has_one_effect(database: DatabaseSettings) -> None:
    async with an_api(database) as (client, engine):
        first = await client.post("/v1/notes", json={"words": "hello"}, headers=key("k1"))
        second = await client.post("/v1/notes", json={"words": "hello"}, headers=key("k1"))
        assert first.status_code == second.status_code == 201
        assert first.content == second.content
        assert (first.headers["etag"], first.headers["location"]) == (
            second.headers["etag"],
            second.headers["location"],
        )
        assert "idempotency-replayed" not in first.headers
        assert second.headers["idempotency-replayed"] == "true"
        assert await count(engine) == 1


async def test_without_a_key_every_request_has_its_effect(database: DatabaseSettings) -> None:
    async with an_api(database) as (client, engine):
        for _ in range(2):
            assert (await client.post("/v1/notes", json={"words": "hello"})).status_code == 201
        assert await count(engine) == 2
        assert await count(engine, KEYS) == 0


async def test_a_key_is_refused_for_another_request(database: DatabaseSettings) -> None:
    async with an_api(database) as (client, engine):
        await client.post("/v1/notes", json={"words": "hello"}, headers=key("k1"))
        other = await client.post("/v1/notes", json={"words": "bye"}, headers=key("k1"))
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
        assert other.json()["errors"][0]["field"] == "Idempotency-Key"
        assert await count(engine) == 1


async def test_two_callers_may_use_the_same_key(database: DatabaseSettings) -> None:
    jonas = ISSUER.authorization("registry:write", subject="jonas.comms")
    async with an_api(database) as (client, engine):
        amira = await client.post("/v1/notes", json={"words": "hello"}, headers=key("k1"))
        other = await client.post("/v1/notes", json={"words": "hello"}, headers={**key("k1"), **jonas})
        assert amira.json()["id"] != other.json()["id"]
        assert await count(engine) == 2


async def test_requests_at_the_same_time_have_one_effect_and_one_answer(database: DatabaseSettings) -> None:
    async with an_api(database) as (client, engine):
        answers = await asyncio.gather(
            *(client.post("/v1/notes", json={"words": "slow"}, headers=key("k1")) for _ in range(8))
        )
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert await count(engine) == 1


async def test_who_waits_too_long_for_the_first_request_is_told_so(database: DatabaseSettings) -> None:
    async with an_api(database) as (client, engine):
        async with engine.connect() as first:
            row = {"principal": "amira.medical", "route": "POST /v1/notes", "key": "k1", "request_sha256": b""}
            await first.execute(insert(KEYS), [row])
            waiting = await client.post("/v1/notes", json={"words": "hello"}, headers=key("k1"))
        assert (waiting.status_code, waiting.json()["code"]) == (409, "idempotency_key_in_use")
        assert (await client.post("/v1/notes", json={"words": "hello"}, headers=key("k1"))).status_code == 201


@pytest.mark.parametrize(("words", "status"), [("forbidden", 409), ("broken", 500)])
async def test_what_failed_keeps_neither_effect_nor_key(database: DatabaseSettings, words: str, status: int) -> None:
    async with an_api(database) as (client, engine):
        assert (await client.post("/v1/notes", json={"words": words}, headers=key("k1"))).status_code == status
        assert (await count(engine), await count(engine, KEYS)) == (0, 0)
        assert (await client.post("/v1/notes", json={"words": "corrected"}, headers=key("k1"))).status_code == 201


@pytest.mark.parametrize("value", ["", "x" * 201])
async def test_a_key_that_is_no_key_is_malformed(database: DatabaseSettings, value: str) -> None:
    async with an_api(database) as (client, _):
        answer = await client.post("/v1/notes", json={"words": "hello"}, headers=key(value))
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "idempotency-key")


async def test_old_keys_are_forgotten(database: DatabaseSettings) -> None:
    async with an_api(database) as (client, engine):
        await client.post("/v1/notes", json={"words": "hello"}, headers=key("k1"))
        now = datetime.now(UTC)  # noqa: TID251 - compared with the database's own clock
        async with engine.begin() as connection:
            assert await prune_idempotency_keys(connection, before=now - timedelta(hours=1)) == 0
            assert await prune_idempotency_keys(connection, before=now + timedelta(hours=1)) == 1
        assert (await client.post("/v1/notes", json={"words": "hello"}, headers=key("k1"))).status_code == 201
        assert await count(engine) == 2


async def test_the_schedule_forgets_keys_after_a_day(database: DatabaseSettings) -> None:
    async with an_api(database) as (client, engine):
        for name in ("old", "new"):
            await client.post("/v1/notes", json={"words": name}, headers=key(name))
        async with engine.begin() as connection:
            ago = datetime.now(UTC) - timedelta(hours=25)  # noqa: TID251 - compared with the database's own clock
            await connection.execute(update(KEYS).where(KEYS.c.key == "old").values(created_at=ago))
        await forgetting(engine).run()
        assert await count(engine, KEYS) == 1
