"""Wordings and samples over HTTP: who may do what, and what hostile or careless requests get."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from shared.kernel.ids import new_id
from shared.testing import TestIssuer
from support.compliance_builders import ROSA, SAM
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client
from support.lane_stage import DRAWN, Lane
from support.wording_builders import DANA, PAT

pytestmark = pytest.mark.platform

NO_TEXT = ["a\x00b", "a\ud800b"]
BODY: dict[str, Any] = {
    "name": "Thanks for an explainer",
    "language": "en",
    "action_types": ["thank"],
    "audiences": ["public"],
    "person_types": ["journalist"],
    "countries": ["DE"],
    "valid_from": "2026-11-01",
    "valid_until": "2027-04-30",
    "text": "Thank you for this clear explainer.",
    "declaration": "We are Havelmark Pharma.",
    "reason": "used every week",
}


@dataclass
class Desk:
    """People at the API of a gate with a fast lane."""

    http: httpx.AsyncClient
    stage: Stage
    lane: Lane
    issuer: TestIssuer

    def headers(self, who: str, *scopes: str, **changes: Any) -> dict[str, str]:
        moment = self.stage.signed_in().timestamp()
        given = scopes or ("compliance:read", "compliance:review", "compliance:screen")
        return self.issuer.authorization(*given, **{"subject": who, "auth_time": moment, **changes})

    async def post(self, place: str, body: Any, who: str = PAT, **headers: str) -> httpx.Response:
        return await self.http.post(f"/v1/{place}", json=body, headers={**self.headers(who), **headers})

    async def get(self, place: str, **query: Any) -> httpx.Response:
        return await self.http.get(f"/v1/{place}", params=query, headers=self.headers(PAT))

    async def step(self, wording_id: str, step: str, body: Any, who: str) -> httpx.Response:
        tag = (await self.get(f"wordings/{wording_id}")).headers["etag"]
        return await self.post(f"wordings/{wording_id}/{step}", body, who, **{"If-Match": tag})

    async def approved(self) -> dict[str, Any]:
        await self.lane.close_others()
        proposed = await self.post("wordings", BODY)
        assert proposed.status_code == 201, proposed.text
        shown = proposed.json()
        for who in (ROSA, SAM):
            signed = await self.step(shown["wording_id"], "signatures", _signature(shown), who)
            assert signed.status_code == 200, signed.text
            shown = signed.json()
        return shown


@pytest_asyncio.fixture
async def desk(stage: Stage) -> AsyncGenerator[Desk]:
    issuer = TestIssuer(now=lambda: stage.clock.now().timestamp())
    lane = Lane(stage)
    async with gate_client(gate_app(stage, issuer, sign_within=timedelta(minutes=5))) as http:
        yield Desk(http, stage, lane, issuer)


async def test_a_wording_is_proposed_signed_by_two_used_sampled_and_failed(desk: Desk) -> None:
    shown = await desk.approved()
    assert (shown["state"], shown["edition"]) == ("approved", 1)
    assert [each["by"] for each in shown["signatures"]] == [ROSA, SAM]
    assert shown["example"]["text"] == BODY["text"]
    desk.lane.chance = DRAWN
    permit = await desk.lane.released()
    case = (await desk.get(f"cases/{desk.stage.action}")).json()
    assert case["pre_approval"]["wording"]["wording_id"] == shown["wording_id"]
    assert (await desk.get(f"permits/{permit.permit_id}")).json()["wording"]["sha256"] == shown["sha256"]
    await desk.stage.redeem(permit)
    waiting = (await desk.get("samples", limit=200)).json()["items"]
    (mine,) = [each for each in waiting if each["permit_id"] == permit.permit_id]
    assert mine["content"]["text"] == BODY["text"]
    decision = {"permit_ids": [permit.permit_id], "outcome": "fail", "meaning": "looked at", "reason": "too much"}
    assert (await desk.post("samples/decisions", decision, SAM)).json()["code"] == "self_approval"
    assert (await desk.post("samples/decisions", decision, DANA)).json()["state"] == "failed"
    assert (await desk.get(f"wordings/{shown['wording_id']}")).json()["state"] == "suspended"
    (release,) = (await desk.get(f"wordings/{shown['wording_id']}/releases")).json()["items"]
    assert (release["permit_id"], release["state"], release["sample"]) == (permit.permit_id, "redeemed", "failed")
    assert (await desk.get(f"samples/{permit.permit_id}")).json()["details"]["review"]["by"] == DANA


async def test_another_edition_is_signed_anew_and_the_former_one_is_kept(desk: Desk) -> None:
    shown = await desk.approved()
    body = {**BODY, "text": "Thank you for this good explainer."}
    revised = (await desk.step(shown["wording_id"], "editions", body, PAT)).json()
    assert (revised["state"], revised["edition"], revised["signatures"]) == ("proposed", 2, [])
    stale = await desk.step(shown["wording_id"], "signatures", _signature(shown), ROSA)
    assert (stale.status_code, stale.json()["code"]) == (409, "content_changed")
    editions = (await desk.get(f"wordings/{shown['wording_id']}/editions")).json()
    assert [each["content"]["text"] for each in editions] == [BODY["text"], body["text"]]


async def test_its_author_a_program_and_an_old_sign_in_do_not_sign(desk: Desk) -> None:
    shown = (await desk.post("wordings", BODY)).json()
    place, tag = f"/v1/wordings/{shown['wording_id']}/signatures", {"If-Match": '"v1"'}
    for headers, code in (
        (desk.headers(PAT), "self_approval"),
        (desk.headers(ROSA, auth_time=None), "reauthentication_required"),
        (desk.headers(ROSA, "compliance:read"), "insufficient_scope"),
        (desk.headers("robot", client_id="robot"), "person_required"),
    ):
        refused = await desk.http.post(place, json=_signature(shown), headers={**headers, **tag})
        assert refused.json()["code"] == code, refused.text
    assert (await desk.get(f"wordings/{shown['wording_id']}")).json()["signatures"] == []


async def test_a_repeated_proposal_is_one_wording(desk: Desk) -> None:
    key = {"Idempotency-Key": new_id()}
    first, second = [await desk.post("wordings", BODY, PAT, **key) for _ in range(2)]
    assert first.json() == second.json()


async def test_a_proposal_the_screen_blocks_tells_why(desk: Desk) -> None:
    refused = await desk.post("wordings", {**BODY, "text": "A miracle."})
    assert (refused.status_code, refused.json()["code"]) == (409, "wording_blocked")
    assert "TST-01" in refused.text


@pytest.mark.parametrize(
    "change",
    [
        {"action_types": ["share"]},
        {"action_types": []},
        {"valid_until": "2030-01-01"},
        {"text": "Thank you, {name}."},
        {"text": "Thank\u200b you."},
        {"variables": [{"name": "x", "kind": "free_text"}]},
        {"variables": [{"name": "x", "kind": "choice", "choices": ["a"] * 21}]},
        {"variables": [{"name": "x", "kind": "slot_day", "timezone": "../../../etc/passwd"}]},
        {"text": "x" * 5_001},
        {"unknown": 1},
        {"reason": ""},
        {"valid_from": "yesterday"},
        {"countries": ["Germany"]},
        *({"text": no_text} for no_text in NO_TEXT),
        *({"name": no_text} for no_text in NO_TEXT),
    ],
)
async def test_what_cannot_be_signed_is_refused_by_name(desk: Desk, change: dict[str, Any]) -> None:
    content = json.dumps({**BODY, **change})
    headers = {**desk.headers(PAT), "Content-Type": "application/json"}
    refused = await desk.http.post("/v1/wordings", content=content, headers=headers)
    assert refused.status_code in {400, 422}, refused.text
    assert refused.json()["errors"]


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '{"a": 1}', '"x"'])
@pytest.mark.parametrize("place", ["wordings", "samples/decisions"])
async def test_a_body_that_is_none_is_refused(desk: Desk, place: str, body: str) -> None:
    headers = {**desk.headers(PAT), "Content-Type": "application/json"}
    answer = await desk.http.post(f"/v1/{place}", content=body, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text


@pytest.mark.parametrize("place", ["wordings", "samples"])
async def test_what_is_not_there_is_404_and_what_is_no_text_is_refused(desk: Desk, place: str) -> None:
    assert (await desk.get(f"{place}/nowhere")).status_code == 404
    assert (await desk.get(f"{place}/a%00b")).status_code == 422
    assert (await desk.get(place, cursor="nonsense!")).status_code == 422
    assert (await desk.get(place, state="nonsense")).status_code == 422
    assert (await desk.http.get(f"/v1/{place}")).status_code == 401


async def test_a_cursor_of_another_list_is_refused(desk: Desk) -> None:
    for cursor in ("YWJj", "MDAwMS0wMS0wMVQwMDowMDowMCsyMzo1OX54"):
        assert (await desk.get("samples", cursor=cursor)).status_code == 422


@pytest.mark.parametrize("step", ["signatures", "suspension", "withdrawal", "editions"])
async def test_a_step_without_its_version_or_of_nothing_is_refused(desk: Desk, step: str) -> None:
    body = {"signatures": {"meaning": "m", "sha256": "0" * 64}, "editions": BODY}.get(step, {"reason": "why"})
    assert (await desk.post(f"wordings/nowhere/{step}", body, ROSA)).status_code == 428
    assert (await desk.post(f"wordings/nowhere/{step}", body, ROSA, **{"If-Match": '"v1"'})).status_code == 404


async def test_a_vote_on_a_case_is_one_vote_on_one_case(desk: Desk) -> None:
    """Nothing decides on several actions at once: bulk is for samples of the fast lane only."""
    await desk.lane.close_others()
    case = await desk.lane.submitted()
    vote = {"decision": "approve", "meaning": "m", "content_sha256": case.submission.content_sha256}
    headers = {**desk.headers(ROSA), "If-Match": f'"v{case.version}"'}
    for place, body in (
        (f"cases/{desk.stage.action}/votes", [vote, vote]),
        (f"cases/{desk.stage.action}/votes", {**vote, "action_ids": [desk.stage.action]}),
        (f"cases/{desk.stage.action},{new_id()}/votes", vote),
        ("cases/votes", [vote]),
        ("cases/decisions", {"action_ids": [desk.stage.action], **vote}),
    ):
        answer = await desk.http.post(f"/v1/{place}", json=body, headers=headers)
        assert answer.status_code in {404, 405, 422}, answer.text
    paths = (await desk.http.get("/openapi.json")).json()["paths"]
    bulk = [
        path for path, verbs in paths.items() if "post" in verbs and path.endswith(("/decisions", "/bulk", "/batch"))
    ]
    assert bulk == ["/v1/samples/decisions"]
    assert (await desk.stage.case()).votes == ()


def _signature(shown: dict[str, Any]) -> dict[str, str]:
    return {"meaning": "approved for use", "sha256": shown["sha256"]}
