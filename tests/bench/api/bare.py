"""The least one can write: FastAPI, asyncpg, one read by key into a pydantic response. The yardstick of the bench."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date
from uuid import UUID

import asyncpg
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

QUERY = """SELECT id::text, version, name, type, country, handles, owner_function, owner_reason,
    owner_id, relationship_stage, lawful_basis, notice_sent_on, outreach_policy, contracted, followers, minor,
    opted_out, do_not_engage FROM stakeholders WHERE id = $1"""


class Handle(BaseModel):
    platform: str
    name: str


class Stakeholder(BaseModel):
    id: str
    version: int
    name: str
    type: str
    country: str | None
    handles: list[Handle]
    owner_function: str | None
    owner_reason: str | None
    owner_id: str | None
    relationship_stage: str | None
    lawful_basis: str | None
    notice_sent_on: date | None
    outreach_policy: str | None
    contracted: bool | None
    followers: int | None
    minor: bool | None
    opted_out: bool
    do_not_engage: bool


async def _json_columns(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    async with asyncpg.create_pool(os.environ["BENCH_DB_URL"], min_size=1, max_size=10, init=_json_columns) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/v1/stakeholders/{stakeholder_id}")
async def show(stakeholder_id: UUID) -> Stakeholder:
    row = await app.state.pool.fetchrow(QUERY, stakeholder_id)
    if row is None:
        raise HTTPException(404)
    return Stakeholder(**row)
