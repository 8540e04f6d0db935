"""What nobody can mean is refused by name; it never becomes an unexpected error."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from shared.testing import TestIssuer
from support.compliance_builders import ROSA, a_snapshot, a_target
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client

pytestmark = pytest.mark.platform

ISSUER = TestIssuer()
ALL = ("compliance:read", "compliance:review", "compliance:screen", "ledger:read", "permits:redeem")
HEADERS = {**ISSUER.authorization(*ALL, subject=ROSA), "Content-Type": "application/json"}
NO_TEXT = ["a\x00b", "a\ud800b"]


@pytest_asyncio.fixture
async def http(stage: Stage) -> AsyncGenerator[httpx.AsyncClient]:
    async with gate_client(gate_app(stage, ISSUER), headers=HEADERS, raises=False) as client:
        yield client


@pytest.mark.parametrize("no_text", NO_TEXT)
@pytest.mark.parametrize("field", ["meaning", "reason"])
async def test_a_vote_holds_text_only(http: httpx.AsyncClient, stage: Stage, field: str, no_text: str) -> None:
    await stage.hear_person()
    await stage.submit()
    place = f"/v1/cases/{stage.action}"
    case = await http.get(place)
    body = {"decision": "reject", "meaning": "m", "reason": "r", "content_sha256": case.json()["content_sha256"]}
    headers = {"If-Match": case.headers["etag"]}
    answer = await http.post(f"{place}/votes", content=json.dumps({**body, field: no_text}), headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert (await stage.case()).votes == ()


@pytest.mark.parametrize("no_text", NO_TEXT)
@pytest.mark.parametrize("where", ["text", "action_id", "target"])
async def test_a_screening_of_no_text_is_no_unexpected_error(http: httpx.AsyncClient, where: str, no_text: str) -> None:
    changes: dict[str, Any] = {where: a_target(no_text) if where == "target" else no_text}
    answer = await http.post("/v1/screenings", content=json.dumps({**a_snapshot(), **changes}))
    assert answer.status_code in {200, 422}, answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/permits/a%00b"),
        ("POST", "/v1/permits/a%00b/redemption"),
        ("GET", "/v1/cases/a%00b"),
        ("POST", "/v1/safety-cases/a%00b/hand-over"),
        ("GET", "/v1/ledger?aggregate_id=a%00b"),
    ],
)
async def test_an_address_of_no_text_is_no_unexpected_error(http: httpx.AsyncClient, method: str, path: str) -> None:
    content = json.dumps({"content_sha256": "0" * 64}) if path.endswith("redemption") else None
    answer = await http.request(method, path, content=content)
    assert 400 <= answer.status_code < 500, answer.text


async def test_a_reason_of_blanks_is_no_reason(http: httpx.AsyncClient, stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit()
    case = await http.get(f"/v1/cases/{stage.action}")
    headers = {"If-Match": case.headers["etag"]}
    answer = await http.post(f"/v1/cases/{stage.action}/recall", json={"reason": " \t "}, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")
