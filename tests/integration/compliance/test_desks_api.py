"""The desks over HTTP: queue, steps, corrections, export."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import jsonschema
import pytest
import pytest_asyncio

from compliance.domain.screening.forwarding.forwarding import examine
from shared.contracts.publish import SCHEMAS
from shared.testing import TestIssuer
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client
from support.screening_builders import rules

pytestmark = pytest.mark.platform

ISSUER = TestIssuer()
AUTHOR = ISSUER.authorization("compliance:read", "compliance:screen", "planner:write", subject="amira.medical")
READ = ISSUER.authorization("safety:read", "medical_information:read", subject="noor.lead")
REVIEW = ISSUER.authorization("compliance:read", "compliance:review", subject="rosa.reviewer")
SAFETY = ISSUER.authorization("safety:read", "safety:handle", subject="pia.safety")
QUESTIONS = ISSUER.authorization("medical_information:read", "medical_information:handle", subject="milo.medinfo")
PROGRAM = ISSUER.service_authorization("robot", "safety:read", "safety:handle")
OURS: dict[str, Any] = {"name": "Havelmark Pharma", "products": [{"name": "Velorin", "status": "prescription"}]}
QUOTE = "I was dizzy, call me: +49 30 1234567 or lena@example.org, @lena_falk"


@pytest_asyncio.fixture
async def http(stage: Stage) -> AsyncGenerator[httpx.AsyncClient]:
    async with gate_client(gate_app(stage, ISSUER)) as client:
        yield client


async def a_safety_case(stage: Stage) -> str:
    await stage.hear_person()
    await stage.capture(QUOTE, url="https://mastodon.example/@lena/7")
    rows = await stage.rows("SELECT safety_case_id FROM safety_cases WHERE stakeholder_id = :id", id=stage.person)
    return f"/v1/safety-cases/{rows[0]['safety_case_id']}"


async def step(http: httpx.AsyncClient, path: str, headers: Mapping[str, str], **body: Any) -> int:
    return (await http.post(path, json=body, headers=headers)).status_code


@pytest.mark.parametrize(
    ("place", "scope", "other_desk"),
    [
        ("/v1/safety-cases", "safety:read", QUESTIONS),
        ("/v1/medical-information-cases", "medical_information:read", SAFETY),
    ],
)
async def test_an_author_reads_no_case_of_a_desk_nor_does_the_other_desk(
    http: httpx.AsyncClient, place: str, scope: str, other_desk: Mapping[str, str]
) -> None:
    for path in (place, f"{place}/any", f"{place}/any/export"):
        for caller in (AUTHOR, other_desk):
            refused = await http.get(path, headers=caller)
            assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
            assert f"use an account that has {scope}" in refused.json()["remedy"]
    assert (await http.get(f"{place}/any", headers=READ)).status_code == 404


async def test_only_drug_safety_in_person_closes_a_case_and_undoes_it(http: httpx.AsyncClient, stage: Stage) -> None:
    place = await a_safety_case(stage)
    none = {"outcome": "not_a_case", "reason": "about a film"}
    assert await step(http, f"{place}/closing", READ, **none) == 403
    assert await step(http, f"{place}/closing", REVIEW, **none) == 403
    assert await step(http, f"{place}/closing", PROGRAM, **none) == 403
    assert await step(http, f"{place}/closing", SAFETY, outcome="not_a_case") == 400
    assert await step(http, f"{place}/closing", SAFETY, outcome="assessed", reference="PV-1") == 409
    assert await step(http, f"{place}/acknowledgement", SAFETY) == 204
    assert await step(http, f"{place}/hand-over", REVIEW) == 204
    assert await step(http, f"{place}/closing", SAFETY, outcome="assessed", reference="PV-1") == 204
    closed = (await http.get(place, headers=READ)).json()
    assert (closed["state"], closed["closing"]["reference"], closed["closing"]["by"]) == (
        "closed",
        "PV-1",
        "pia.safety",
    )
    assert await step(http, f"{place}/reopening", SAFETY, reason="wrong number") == 204
    assert (await http.get(place, headers=READ)).json()["state"] == "handed_over"
    assert await step(http, f"{place}/reopening", {**SAFETY, "If-Match": '"v1"'}, reason="again") == 412


async def test_a_criterion_is_corrected_with_a_reason_and_a_row_in_the_ledger(
    http: httpx.AsyncClient, stage: Stage
) -> None:
    place = await a_safety_case(stage)
    told = {"name": "patient", "known": True, "reason": "she says it is her son"}
    assert await step(http, f"{place}/corrections", REVIEW, **told) == 403
    assert await step(http, f"{place}/corrections", SAFETY, **told) == 204
    assert await step(http, f"{place}/corrections", SAFETY, name="country", value="fr", reason="x") == 400
    read = (await http.get(place, headers=READ)).json()
    assert read["criteria"]["patient"] is True
    assert [(each["was"], each["now"], each["by"]) for each in read["corrections"]] == [(None, True, "pia.safety")]
    [row] = await stage.rows(
        "SELECT who, why FROM ledger_entries WHERE what = 'safety_case_corrected' AND aggregate_id = :id",
        id=place.rpartition("/")[2],
    )
    assert row == {"who": "pia.safety", "why": "she says it is her son"}


async def test_the_queue_is_sorted_by_due_time_and_pages_through_it(http: httpx.AsyncClient, stage: Stage) -> None:
    for number in range(3):
        stage.clock.advance(timedelta(hours=3 - number))
        await stage.capture(f"Dizzy {number}.", f"post-{number}")
    seen: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 2, "state": "waiting"}
    while True:
        page = (await http.get("/v1/safety-cases", params=query, headers=READ)).json()
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert [each["due_at"] for each in seen] == sorted(each["due_at"] for each in seen)
    assert len({each["safety_case_id"] for each in seen}) == len(seen) >= 3
    assert (await http.get("/v1/safety-cases", params={"cursor": "eA"}, headers=READ)).status_code == 422


async def test_the_export_is_what_its_schema_says_and_names_nobody(http: httpx.AsyncClient, stage: Stage) -> None:
    place = await a_safety_case(stage)
    answer = await http.get(f"{place}/export", headers=READ)
    assert "attachment" in answer.headers["content-disposition"]
    exported = answer.json()
    jsonschema.validate(exported, json.loads((SCHEMAS / "safety-case-export.json").read_text("utf-8")))
    assert exported["C.1"]["C.1.1"].startswith("DE-HAVELMARKPHARMA-")
    assert exported["C.2.r"][0] == {
        "C.2.r.1": {"nullFlavor": "MSK"},
        "C.2.r.3": "DE",
        "C.2.r.4": "5",
        "C.2.r.5": "1",
    }
    assert exported["D"]["D.1"] == {"nullFlavor": "UNK"}
    assert [each["E.i.1.1a"] for each in exported["E.i"]] == ["dizzy"]
    assert [(each["G.k.1"], each["G.k.2.2"]) for each in exported["G.k"]] == [("1", {"nullFlavor": "UNK"})]
    assert "I was dizzy" in exported["H"]["H.1"]
    for name in ("1234567", "lena@", "lena_falk"):
        assert name not in exported["H"]["H.1"]


async def test_hospital_is_a_criterion_of_seriousness_and_no_place_quotes_nothing(
    http: httpx.AsyncClient, stage: Stage
) -> None:
    stage.gate = replace(stage.gate, examine=partial(examine, company=OURS, rule_set=rules()))
    await stage.hear_person()
    await stage.submit(inbound_text="Velorin made me dizzy and I was hospitalised.")
    rows = await stage.rows("SELECT safety_case_id FROM safety_cases WHERE source_id = :id", id=stage.action)
    place = f"/v1/safety-cases/{rows[0]['safety_case_id']}"
    case = (await http.get(place, headers=READ)).json()
    assert case["places"]["reporter"] == [{"field": "inbound_text"}]
    assert [each["quote"] for each in case["places"]["seriousness:hospitalisation"]] == ["hospitalised"]
    exported = (await http.get(f"{place}/export", headers=READ)).json()
    jsonschema.validate(exported, json.loads((SCHEMAS / "safety-case-export.json").read_text("utf-8")))
    assert [each["E.i.1.1a"] for each in exported["E.i"]] == ["dizzy"]
    told = exported["E.i"][0]["E.i.3.2"]
    assert told["E.i.3.2c"] is True
    assert {name for name, value in told.items() if value == {"nullFlavor": "NI"}} == set(told) - {"E.i.3.2c"}
    assert "Seriousness by wording: hospitalisation." in exported["H"]["H.1"]


async def test_a_question_is_handed_over_exported_and_closed_by_medical_information(
    http: httpx.AsyncClient, stage: Stage
) -> None:
    await stage.hear_person()
    await stage.submit(inbound_text="Which dose of Velorin?")
    listed = (await http.get("/v1/medical-information-cases", params={"limit": 200}, headers=READ)).json()["items"]
    [opened] = [each for each in listed if each["source_id"] == stage.action]
    place = f"/v1/medical-information-cases/{opened['medical_information_case_id']}"
    exported = (await http.get(f"{place}/export", headers=READ)).json()
    jsonschema.validate(exported, json.loads((SCHEMAS / "medical-information-export.json").read_text("utf-8")))
    assert (exported["question"], exported["products"]) == ("Which dose of Velorin?", ["Velorin"])
    assert await step(http, f"{place}/hand-over", SAFETY) == 403
    assert await step(http, f"{place}/hand-over", QUESTIONS) == 204
    assert await step(http, f"{place}/closing", SAFETY, outcome="answered", reference="MI-1") == 403
    assert await step(http, f"{place}/closing", QUESTIONS, outcome="answered", reference="MI-1") == 204
    assert await step(http, "/v1/medical-information-cases/none/hand-over", QUESTIONS) == 404
