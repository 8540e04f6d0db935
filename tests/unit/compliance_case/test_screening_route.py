"""The route writes its answer itself; it has to be what it publishes, and text only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import pytest_asyncio

from compliance.application.judging import screen_draft
from compliance.application.ports.screens import Known
from compliance.domain.findings import Evidence, Finding, Screening
from compliance.entrypoints.api import plans, rule_sets, screenings
from compliance.entrypoints.api.schemas import ScreeningRead
from shared.kernel.clock import SystemClock
from shared.testing import TestIssuer
from shared.web.app import create_app
from support.compliance_builders import a_gate, a_snapshot
from support.plan_builders import a_plan

ISSUER = TestIssuer()
ROUTERS = [screenings.router, plans.router, rule_sets.router]
HEADERS = {**ISSUER.authorization("compliance:screen"), "Content-Type": "application/json"}
ANSWER = Screening(
    verdict="block",
    safety_handover=True,
    findings=(
        Finding(rule_id="A-1", severity="block", message="größer 🎗", evidence=Evidence("text", 1, 3, "\u2028\u0001")),
        Finding(rule_id="A-2", severity="pass", message="m", clause="c", remedy="r", evidence=Evidence("target")),
        Finding(rule_id="A-3", severity="review", message="m"),
    ),
    rule_set="a" * 64,
)


@pytest_asyncio.fixture
async def http() -> AsyncGenerator[httpx.AsyncClient]:
    async def answer(_draft: Mapping[str, Any]) -> Screening:
        return ANSWER

    app = create_app(title="t", service="t", routers=ROUTERS, verifier=ISSUER.verifier(), ready={})
    app.state.ports = SimpleNamespace(screen_draft=answer)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gate.test", headers=HEADERS) as client:
        yield client


async def test_the_answer_is_what_the_published_model_says(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/screenings", json=a_snapshot())

    assert answer.headers["content-type"] == "application/json"
    read = ScreeningRead.model_validate_json(answer.content, extra="forbid")
    assert answer.json() == read.model_dump(mode="json")
    assert answer.json()["findings"] == [finding.as_json() for finding in ANSWER.findings]


@pytest.mark.parametrize("spelt", ["\\ud800", "\\uDBFF", "a\\udc00b"])
async def test_half_a_pair_is_refused_however_it_is_spelt(http: httpx.AsyncClient, spelt: str) -> None:
    body = json.dumps({**a_snapshot(), "text": "HALF"}).replace("HALF", spelt)

    answer = await http.post("/v1/screenings", content=body.encode())

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "text")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32-be"])
async def test_a_body_that_is_not_utf_8_is_refused_by_the_name_of_its_encoding(
    http: httpx.AsyncClient, encoding: str
) -> None:
    answer = await http.post("/v1/screenings", content=json.dumps(a_snapshot()).encode(encoding))

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["remedy"]) == (422, "send JSON encoded in UTF-8")
    assert error["message"] == f"the body is {encoding[:6].upper()}, not UTF-8"


async def test_half_a_pair_in_a_plan_is_refused_by_its_field(http: httpx.AsyncClient) -> None:
    body = json.dumps(a_plan(kpis=["HALF"])).replace("HALF", "\\ud800")

    answer = await http.post("/v1/plan-screenings", content=body.encode())

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "kpis")


async def test_half_a_pair_in_bytes_is_refused(http: httpx.AsyncClient) -> None:
    body = json.dumps({**a_snapshot(), "text": "HALF"}).encode().replace(b"HALF", b"\xed\xa0\x80")

    answer = await http.post("/v1/screenings", content=body)

    assert answer.status_code in {400, 422}, answer.text


@pytest.mark.parametrize("path", ["/v1/screenings", "/v1/plan-screenings", "/v1/rule-sets"])
@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ('{"text": "a", "text": "b"}', "text", "'text' stands there twice, and only one of them would be judged"),
        ('{"x": {"deep": [{"country": "DE", "country": "FR"}]}}', "country", "'country' stands there twice"),
        ('{"\\ud800": 1, "\\ud800": 2}', "body", "stands there twice"),
        ('{"event": {"hours": NaN}}', "body", "NaN is not a JSON number"),
    ],
)
async def test_what_could_be_read_in_two_ways_is_refused_by_its_name(
    http: httpx.AsyncClient, path: str, body: str, field: str, said: str
) -> None:
    answer = await http.post(path, content=body.encode())

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert said in error["message"]
    assert error["remedy"]


async def test_a_body_that_is_no_json_is_still_said_to_be_none(http: httpx.AsyncClient) -> None:
    broken = await http.post("/v1/screenings", content=b'{"text": ')
    deep = await http.post("/v1/screenings", content=b"[" * 100_000)
    marked = await http.post("/v1/screenings", content=b"\xef\xbb\xbf" + json.dumps(a_snapshot()).encode())

    assert (broken.status_code, broken.json()["errors"][0]["field"]) == (422, "body")
    assert (deep.status_code, deep.json()["code"]) == (400, "bad_request")
    assert marked.status_code == 200


@pytest.mark.parametrize("ensure_ascii", [True, False])
async def test_a_whole_pair_passes(http: httpx.AsyncClient, ensure_ascii: bool) -> None:
    body = json.dumps({**a_snapshot(), "text": "🎗"}, ensure_ascii=ensure_ascii)

    assert (await http.post("/v1/screenings", content=body.encode())).status_code == 200


@pytest.mark.parametrize(("text", "beside"), [("short", False), ("long " * 10_000, True)])
async def test_a_long_draft_is_judged_beside_the_event_loop(text: str, beside: bool) -> None:
    seen: list[bool] = []

    def screen(_snapshot: Mapping[str, Any], _as_of: object) -> Screening:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            seen.append(True)
        else:
            seen.append(False)
        return ANSWER

    async def look_up(_draft: Mapping[str, Any], **_since: object) -> Known:
        return Known(stakeholder=None, engager=None, channel=None, contacts=0)

    gate = a_gate(SystemClock(), screen=screen)
    judged = partial(screen_draft, gate=gate, look_up=look_up)

    assert (await judged(a_snapshot(target={"kind": "post", "text": text}))).rule_set == ANSWER.rule_set
    assert seen == [beside]
