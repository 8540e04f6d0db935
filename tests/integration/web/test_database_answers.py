from __future__ import annotations

import asyncio
from collections.abc import Callable

import asyncpg
import pytest
from fastapi import APIRouter
from pydantic import SecretStr
from sqlalchemy import text

from shared.db.engine import create_engine
from shared.db.reads import ReadPool
from shared.db.settings import DatabaseSettings
from support.web import a_client, an_app

pytestmark = pytest.mark.platform


def settings(url: str) -> DatabaseSettings:
    return DatabaseSettings(url=SecretStr(url), pool_size=3, connect_timeout=2.0)


def reading(reads: ReadPool) -> APIRouter:
    router = APIRouter()

    @router.get("/v1/one")
    async def one() -> dict[str, int]:
        return {"one": await reads.fetchval("SELECT 1")}

    return router


@pytest.mark.parametrize("broken", ["password", "port", "database"])
async def test_a_wrong_address_or_password_is_unavailable_and_not_ready(postgres_url: str, broken: str) -> None:
    credentials, _, place = postgres_url.rpartition("@")
    host = place.split("/")[0].split(":")[0]
    url = {
        "password": f"{credentials.rpartition(':')[0]}:wrong@{place}",
        "port": f"{credentials}@{host}:1/postgres",
        "database": f"{credentials}@{place.split('/')[0]}/no_such_database",
    }[broken]
    engine = create_engine(settings(url), application_name="test")
    writing = APIRouter()

    @writing.get("/v1/write")
    async def write() -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async with (
        ReadPool(settings(url), application_name="test") as reads,
        a_client(an_app(reading(reads), writing, engine=engine)) as client,
    ):
        for path in ("/v1/one", "/v1/write"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), path
            assert "PostgreSQL" in answer.json()["remedy"]
            assert "wrong" not in answer.text
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["database"][:6]) == (503, "failed")
        assert (await client.get("/healthz")).status_code == 200
    await engine.dispose()


async def test_reads_survive_a_database_that_drops_all_connections(fresh_database: Callable[[str], str]) -> None:
    url = fresh_database("reads")
    async with ReadPool(settings(url), application_name="test-reads") as reads, a_client(reading(reads)) as client:
        assert (await client.get("/v1/one")).json() == {"one": 1}
        operator = await asyncpg.connect(url)
        await operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-reads'"
        )
        await operator.close()
        await asyncio.sleep(0.2)
        answers = [(await client.get("/v1/one")).status_code for _ in range(5)]
    assert answers[-1] == 200
    assert set(answers) <= {200, 503}


async def test_reads_cannot_write_and_a_snapshot_does_not_move(fresh_database: Callable[[str], str]) -> None:
    url = fresh_database("reads")
    async with ReadPool(settings(url), application_name="test-reads") as reads:
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await reads.fetch("CREATE TABLE things (id int)")
        operator = await asyncpg.connect(url)
        await operator.execute("CREATE TABLE things (id int)")
        async with reads.snapshot() as connection:
            assert await connection.fetchval("SELECT count(*) FROM things") == 0
            await operator.execute("INSERT INTO things VALUES (1)")
            assert await connection.fetchval("SELECT count(*) FROM things") == 0
        assert await reads.fetchval("SELECT count(*) FROM things") == 1
        row = await reads.fetchrow("SELECT id FROM things WHERE id = $1", 1)
        assert row is not None
        assert row["id"] == 1
        assert await reads.fetchrow("SELECT id FROM things WHERE id = $1", 2) is None
        await operator.close()
