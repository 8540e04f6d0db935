from __future__ import annotations

import asyncio
from collections.abc import Callable

import asyncpg
import pytest
from fastapi import APIRouter
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.engine import create_engine
from shared.db.settings import DatabaseSettings
from support.web import a_client

pytestmark = pytest.mark.platform


def settings(url: str) -> DatabaseSettings:
    return DatabaseSettings(url=SecretStr(url), pool_size=3, lock_timeout=0.3, statement_timeout=1.0)


def routes(engine: AsyncEngine) -> APIRouter:
    router = APIRouter()

    @router.post("/v1/locked")
    async def locked() -> None:
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE things SET number = 2 WHERE id = 1"))

    @router.post("/v1/slow")
    async def slow() -> None:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_sleep(30)"))

    @router.post("/v1/crossing/{first}/{second}")
    async def crossing(first: int, second: int) -> None:
        async with engine.begin() as connection:
            await connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            await connection.execute(text("SET LOCAL statement_timeout = '10s'"))
            for each in (first, second):
                await connection.execute(text("UPDATE things SET number = 2 WHERE id = :id"), {"id": each})
                await asyncio.sleep(0.3)

    @router.post("/v1/defect")
    async def defect() -> None:
        async with engine.begin() as connection:
            await connection.execute(text("INSERT INTO things VALUES (1, 1)"))

    return router


async def test_contention_is_answered_with_try_again_and_a_defect_is_not(fresh_database: Callable[[str], str]) -> None:
    url = fresh_database("contention")
    operator = await asyncpg.connect(url)
    await operator.execute("CREATE TABLE things (id int PRIMARY KEY, number int)")
    await operator.execute("INSERT INTO things VALUES (1, 1), (2, 1)")
    engine = create_engine(settings(url), application_name="test")
    async with a_client(routes(engine)) as client:
        async with operator.transaction():
            await operator.execute("UPDATE things SET number = 3")
            answers = [await client.post("/v1/locked")]
        answers.append(await client.post("/v1/slow"))
        crossed = await asyncio.gather(client.post("/v1/crossing/1/2"), client.post("/v1/crossing/2/1"))
        assert sorted(answer.status_code for answer in crossed) == [200, 503]
        answers.extend(answer for answer in crossed if answer.status_code != 200)
        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), answer.text
            assert "Retry-After" in answer.headers
            assert "others are changing the same things" in answer.json()["detail"]
        assert (await client.post("/v1/defect")).status_code == 500
    await engine.dispose()
    await operator.close()
