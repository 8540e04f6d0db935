"""Changes requested over HTTP: kept with the vote, signed, published, and refused where the quote does not stand."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from shared.contracts.hashing import sha256_of
from shared.testing import TestIssuer
from support.compliance_builders import ROSA
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client

pytestmark = pytest.mark.platform

ISSUER = TestIssuer()
HEADERS = ISSUER.authorization("compliance:read", "compliance:review", subject=ROSA)
CHANGE: dict[str, Any] = {"field": "text", "start": 19, "end": 24, "quote": "clear", "wanted": "helpful"}


@pytest_asyncio.fixture
async def http(stage: Stage) -> AsyncGenerator[httpx.AsyncClient]:
    await stage.hear_person()
    await stage.hear_engager()
    await stage.submit()
    async with gate_client(gate_app(stage, ISSUER), headers=HEADERS, raises=False) as client:
        yield client


async def ask(http: httpx.AsyncClient, stage: Stage, *changes: Any) -> httpx.Response:
    place = f"/v1/cases/{stage.action}"
    shown = await http.get(place)
    body = {"decision": "request_changes", "meaning": "m", "reason": "too warm", "changes": list(changes)}
    body["content_sha256"] = shown.json()["content_sha256"]
    headers = {"If-Match": shown.headers["etag"], "Content-Type": "application/json"}
    return await http.post(f"{place}/votes", content=json.dumps(body), headers=headers)


async def test_requested_changes_stand_in_the_case_are_signed_and_published(
    http: httpx.AsyncClient, stage: Stage
) -> None:
    answer = await ask(http, stage, CHANGE)
    assert (answer.status_code, answer.json().get("state")) == (200, "changes_requested"), answer.text
    assert (await http.get(f"/v1/cases/{stage.action}")).json()["votes"][0]["changes"] == [CHANGE]
    (signed,) = await stage.rows("SELECT changes_sha256 FROM signatures WHERE action_id = :a", a=stage.action)
    assert signed["changes_sha256"] == sha256_of([CHANGE])
    query = "SELECT convert_from(payload, 'UTF8')::jsonb -> 'changes' AS changes FROM outbox_messages"
    (sent,) = await stage.rows(
        f"{query} WHERE aggregate_id = :a AND type LIKE '%changes_requested%'",
        a=stage.action,
    )
    assert sent["changes"] == [CHANGE]


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"quote": "claer"}, 400, "changes.1.quote"),
        ({"field": "target.text"}, 400, "changes.1.field"),
        ({"field": "__class__"}, 400, "changes.1.field"),
        ({"end": 999_999}, 400, "changes.1.end"),
        ({"start": -1}, 422, "changes.1.start"),
        ({"end": 10**20}, 422, "changes.1.end"),
        ({"start": 1.5}, 422, "changes.1.start"),
        ({"quote": "a\x00b"}, 422, "changes.1.quote"),
        ({"quote": "a\ud800b"}, 422, "changes.1.quote"),
        ({"wanted": None}, 422, "changes.1.wanted"),
        ({"by": "somebody"}, 422, "changes.1.by"),
    ],
)
async def test_what_does_not_stand_there_is_refused_by_name_and_nothing_is_signed(
    http: httpx.AsyncClient, stage: Stage, wrong: dict[str, Any], status: int, field: str
) -> None:
    answer = await ask(http, stage, CHANGE, {**CHANGE, **wrong})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field), answer.text
    assert (await stage.case()).votes == ()
    assert await stage.rows("SELECT 1 FROM signatures WHERE action_id = :a", a=stage.action) == []


async def test_more_changes_than_anybody_reads_are_refused(http: httpx.AsyncClient, stage: Stage) -> None:
    assert (await ask(http, stage, *[CHANGE] * 51)).status_code == 422
