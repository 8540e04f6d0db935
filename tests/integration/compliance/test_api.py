"""The gate over HTTP, as portal, reviewers, executors and inspectors meet it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from rapport_permit import verify_permit
from shared.testing import TestIssuer
from support.compliance_builders import AUTHOR, EXECUTOR, ROSA, a_snapshot
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client

pytestmark = pytest.mark.platform

ISSUER = TestIssuer()
READ = ISSUER.authorization("compliance:read", "compliance:screen", subject=AUTHOR)
REVIEW = ISSUER.authorization("compliance:read", "compliance:review", "safety:read", "ledger:read", subject=ROSA)
ACT = ISSUER.service_authorization(EXECUTOR, "permits:redeem", "compliance:read")


@pytest_asyncio.fixture
async def http(stage: Stage) -> AsyncGenerator[httpx.AsyncClient]:
    async with gate_client(gate_app(stage, ISSUER)) as client:
        yield client


async def read_case(http: httpx.AsyncClient, stage: Stage) -> tuple[dict[str, Any], str]:
    response = await http.get(f"/v1/cases/{stage.action}", headers=READ)
    assert response.status_code == 200, response.text
    return response.json(), response.headers["etag"]


async def cast(
    http: httpx.AsyncClient, stage: Stage, etag: str, body: Any, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    signed_in = headers or ISSUER.authorization("compliance:read", "compliance:review", subject=ROSA)
    return await http.post(f"/v1/cases/{stage.action}/votes", json=body, headers={**signed_in, "If-Match": etag})


def approval(case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "decision": "approve",
        "meaning": "reviewed for medical accuracy",
        "content_sha256": case["content_sha256"],
        **changes,
    }


async def test_from_the_queue_to_the_redeemed_permit(http: httpx.AsyncClient, stage: Stage) -> None:
    await stage.hear_person()
    await stage.hear_engager()
    await stage.submit()
    queue = (await http.get("/v1/cases", params={"state": "in_review", "limit": 200}, headers=READ)).json()["items"]
    assert stage.action in {line["action_id"] for line in queue}
    case, etag = await read_case(http, stage)
    assert case["judgement"]["resolved"]["stakeholder"]["type"] == "journalist"
    voted = await cast(http, stage, etag, approval(case))
    assert (voted.status_code, voted.json()["state"]) == (200, "approved")
    stage.clock.set((await stage.case()).slot.start)  # type: ignore[union-attr] - it has a slot
    stage.registry.down = True
    await stage.release()
    case, _ = await read_case(http, stage)
    assert case["release_waits_for"][0]["code"] == "registry_unavailable"
    assert case["release_waits_for"][0]["remedy"]
    stage.registry.down = False
    stage.clock.advance(timedelta(seconds=3))
    await stage.release()
    case, _ = await read_case(http, stage)
    permit = (await http.get(f"/v1/permits/{case['permit_id']}", headers=ACT)).json()
    jwks = (await http.get("/.well-known/jwks.json")).json()
    verify_permit(permit["token"], jwks, audience=EXECUTOR, now=stage.clock.now())
    place = f"/v1/permits/{case['permit_id']}/redemption"
    body = {"content_sha256": permit["content_sha256"]}
    first, again = [await http.post(place, json=body, headers=ACT) for _ in range(2)]
    assert first.status_code == 200, first.text
    assert first.json() == again.json()
    assert first.json()["content"] == permit["content"]


async def test_a_vote_needs_scope_etag_and_a_person_who_did_not_write_it(http: httpx.AsyncClient, stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit()
    case, etag = await read_case(http, stage)
    assert (await cast(http, stage, etag, approval(case), READ)).status_code == 403
    place = f"/v1/cases/{stage.action}/votes"
    assert (await http.post(place, json=approval(case), headers=REVIEW)).status_code == 428
    assert (await cast(http, stage, '"v999"', approval(case))).status_code == 412
    author = ISSUER.authorization("compliance:review", subject=AUTHOR)
    refused = await cast(http, stage, etag, approval(case), author)
    assert (refused.status_code, refused.json()["code"]) == (403, "self_approval")
    assert refused.json()["remedy"]
    robot = ISSUER.service_authorization("compliance-service", "compliance:review")
    assert (await cast(http, stage, etag, approval(case), robot)).json()["code"] == "person_required"
    assert (await cast(http, stage, etag, approval(case, meaning=""))).json()["code"] == "meaning_missing"
    assert (await cast(http, stage, etag, approval(case, content_sha256="0" * 64))).json()["code"] == "content_changed"
    assert (await cast(http, stage, etag, approval(case, decision="reject"))).json()["errors"][0]["field"] == "reason"
    assert (await cast(http, stage, etag, approval(case, extra=1))).status_code == 422
    assert (await stage.case()).votes == ()


async def test_an_executor_cannot_redeem_for_another_nor_without_scope(http: httpx.AsyncClient, stage: Stage) -> None:
    await stage.approved()
    await stage.release()
    permit = await stage.permit()
    place, body = f"/v1/permits/{permit.permit_id}/redemption", {"content_sha256": permit.grant.content_sha256}
    other = ISSUER.service_authorization("executor-x", "permits:redeem")
    assert (await http.post(place, json=body, headers=other)).json()["code"] == "wrong_audience"
    assert (await http.post(place, json=body, headers=REVIEW)).status_code == 403
    assert (await http.post(place, json={"content_sha256": "0" * 64}, headers=ACT)).json()["code"] == "content_changed"
    assert (await http.post("/v1/permits/none/redemption", json=body, headers=ACT)).status_code == 404
    await stage.hear_person(2, opted_out=True)
    stopped = await http.post(place, json=body, headers=ACT)
    assert (stopped.status_code, stopped.json()["code"]) == (409, "permit_not_redeemable")


async def test_a_snapshot_is_screened_without_being_kept(http: httpx.AsyncClient, stage: Stage) -> None:
    before = await stage.rows("SELECT count(*) AS n FROM cases")
    answer = await http.post("/v1/screenings", json=a_snapshot(text="A miracle."), headers=READ)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["verdict"], answer.json()["rule_set"]) == ("block", "rules-1")
    assert (await http.post("/v1/screenings", json={**a_snapshot(), "x": 1}, headers=READ)).status_code == 422
    assert await stage.rows("SELECT count(*) AS n FROM cases") == before


async def test_a_draft_gets_the_answer_its_submission_gets(http: httpx.AsyncClient, stage: Stage) -> None:
    await stage.hear_person(type="hcp")
    await stage.hear_engager()
    case = await stage.submit(text="A miracle.", stakeholder={"id": stage.person, "type": "journalist"})
    assert case.judgement is not None
    answer = (await http.post("/v1/screenings", json=dict(case.submission.snapshot), headers=READ)).json()
    assert answer["verdict"] == case.judgement.verdict
    assert answer["findings"] == [finding.as_json() for finding in case.judgement.findings]
    assert {"GATE-FACTS", "TST-01"} <= {each["rule_id"] for each in answer["findings"]}


async def test_a_draft_that_names_somebody_unknown_is_told_so_and_one_that_names_nobody_is_judged_as_it_stands(
    http: httpx.AsyncClient, stage: Stage
) -> None:
    async def findings(**changes: object) -> set[str]:
        answer = await http.post("/v1/screenings", json=a_snapshot(stage.action, **changes), headers=READ)
        return {each["rule_id"] for each in answer.json()["findings"]}

    nobody = {"stakeholder": {"type": "journalist"}, "actor": {"function": "communications"}}
    assert await findings(**nobody, scheduled_for=None) == set()
    unknown = {"id": "nobody-knows", "type": "journalist"}
    assert await findings(**{**nobody, "stakeholder": unknown}) == {"GATE-PERSON"}
    assert await findings(**nobody, channel={"platform": "x", "audience": "public"}) == {"GATE-CHANNEL"}


async def test_a_safety_case_is_handed_over_by_a_person(http: httpx.AsyncClient, stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit(text="It made me dizzy.")
    assert (await stage.case()).state == "paused"
    listed = (await http.get("/v1/safety-cases", params={"limit": 200}, headers=REVIEW)).json()["items"]
    [opened] = [each for each in listed if each["source_id"] == stage.action]
    place = f"/v1/safety-cases/{opened['safety_case_id']}/hand-over"
    assert (await http.post(place, headers=READ)).status_code == 403
    assert (await http.post(place, headers=REVIEW)).status_code == 204
    assert (await stage.case()).state == "in_review"
    assert (await http.post("/v1/safety-cases/none/hand-over", headers=REVIEW)).status_code == 404


async def test_an_inspector_pages_through_the_ledger(http: httpx.AsyncClient, stage: Stage) -> None:
    await stage.approved()
    seen: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 2, "aggregate_id": stage.action}
    while True:
        page = (await http.get("/v1/ledger", params=query, headers=REVIEW)).json()
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert [row["what"] for row in seen] == ["case_opened", "case_screened", "case_voted", "case_approved"]
    assert (await http.get("/v1/ledger", headers=READ)).status_code == 403
    assert (await http.get("/v1/rule-sets/current", headers=READ)).json()["rule_set"] == "rules-1"


async def test_without_a_token_nothing_but_keys_and_health_is_said(http: httpx.AsyncClient) -> None:
    paths = ["/v1/cases", "/v1/cases/x", "/v1/permits/x", "/v1/safety-cases", "/v1/ledger", "/v1/rule-sets/current"]
    assert {(await http.get(path)).status_code for path in paths} == {401}
    assert (await http.get("/.well-known/jwks.json")).status_code == 200
