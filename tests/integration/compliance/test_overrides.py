"""Overrides over real PostgreSQL: signed, bound, listed, released, raced."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy

from compliance.domain.errors import JudgedAgain
from shared.kernel.errors import ConcurrentChange, DomainError, ReauthenticationRequired
from shared.testing import TestIssuer
from support.compliance_builders import AUTHOR, ROSA
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client
from support.override_builders import LEX, MIA, ROLES, SOL, blocked, house_screen, overruled

pytestmark = pytest.mark.platform
SCOPES = ("compliance:read", "compliance:review")


@dataclass
class Desk:
    """Signatories at the API."""

    http: httpx.AsyncClient
    stage: Stage
    issuer: TestIssuer

    def sign_in(self, subject: str, *scopes: str) -> dict[str, str]:
        moment, roles = self.stage.signed_in().timestamp(), [ROLES.get(subject, "medical")]
        return self.issuer.authorization(*(scopes or SCOPES), subject=subject, auth_time=moment, roles=roles)

    async def override(self, subject: str, headers: dict[str, str] | None = None, **changes: Any) -> httpx.Response:
        signed_in, place = headers or self.sign_in(subject), f"/v1/cases/{self.stage.action}"
        shown = await self.http.get(place, headers=signed_in)
        body = {"rule_ids": "all", "meaning": "my responsibility", "reason": "she asked for it"}
        body["content_sha256"] = shown.json()["content_sha256"]
        tag = {"If-Match": shown.headers["etag"]}
        given = {key: value for key, value in {**body, **changes}.items() if value is not ...}
        return await self.http.post(f"{place}/overrides", json=given, headers={**signed_in, **tag})

    async def read(self, **query: str) -> list[dict[str, Any]]:
        answer = await self.http.get("/v1/overrides", headers=self.sign_in(ROSA), params=query)
        assert answer.status_code == 200, answer.text
        return [each for each in answer.json()["items"] if each["action_id"] == self.stage.action]


@pytest_asyncio.fixture
async def desk(stage: Stage) -> AsyncGenerator[Desk]:
    issuer = TestIssuer(now=lambda: stage.clock.now().timestamp())
    await blocked(stage)
    async with gate_client(gate_app(stage, issuer, sign_within=timedelta(minutes=5))) as http:
        yield Desk(http, stage, issuer)


async def test_two_people_override_and_a_third_reviews(desk: Desk) -> None:
    case = (await desk.http.get(f"/v1/cases/{desk.stage.action}", headers=desk.sign_in(MIA))).json()
    (finding,) = [each for each in case["judgement"]["findings"] if each["severity"] == "block"]
    assert finding["override"] == {"by": ["medical", "signatory"], "source": "house rule", "dated": "2026-11-01"}
    first = (await desk.override(MIA)).json()
    assert first["state"] == "blocked"
    assert [(each["rule_id"], each["missing"]) for each in first["blocks"]] == [("HSE-01", 1)]
    second = await desk.override(SOL)
    assert (second.json()["state"], second.json()["blocks"][0]["missing"]) == ("in_review", 0)
    assert (await desk.stage.outbox())[-1] == "compliance.case.in_review.v1"
    await desk.stage.vote(ROSA)
    shown = (await desk.http.get(f"/v1/cases/{desk.stage.action}", headers=desk.sign_in(MIA))).json()
    assert (shown["state"], shown["verdict"]) == ("approved", "block")
    assert [(each["by"], each["rule_ids"], each["capacities"]) for each in shown["overrides"]] == [
        (MIA, ["HSE-01"], ["medical"]),
        (SOL, ["HSE-01"], ["signatory"]),
    ]


async def test_what_was_overridden_is_released_and_the_permit_and_the_ledger_say_so(stage: Stage) -> None:
    await blocked(stage)
    await overruled(stage, MIA)
    await overruled(stage, SOL)
    await stage.vote()
    stage.clock.advance(timedelta(minutes=2))
    case = await stage.release()
    assert case.state == "released", (await stage.holds(), stage.failures)
    permit = await stage.permit()
    assert (await stage.redeem(permit)).permit_id == permit.permit_id
    rows = await stage.rows(
        "SELECT what, convert_from(leaf, 'UTF8') AS leaf FROM ledger WHERE aggregate_id = :id ORDER BY sequence",
        id=stage.action,
    )
    told = [row["what"] for row in rows if '"overridden":["HSE-01"]' in str(row["leaf"]).replace(" ", "")]
    assert told == [
        "case_override_signed",
        "case_overridden",
        "case_voted",
        "case_approved",
        "case_released",
        "case_redeemed",
    ]


@pytest.mark.parametrize("worse", ["other contacts", "another block", "other rules"])
async def test_a_worse_block_at_release_voids_it(stage: Stage, worse: str) -> None:
    await blocked(stage)
    await overruled(stage, MIA)
    await overruled(stage, SOL)
    await stage.vote()
    stage.clock.advance(timedelta(minutes=2))
    judged = house_screen({"text": "Writing often."}, stage.clock.now())
    (finding,) = judged.findings
    now = {
        "other contacts": replace(judged, findings=(replace(finding, message="7 contacts"),)),
        "another block": replace(judged, findings=(finding, replace(finding, rule_id="HSE-09"))),
        "other rules": replace(judged, rule_set="rules-9"),
    }[worse]
    stage.gate = replace(stage.gate, screen=lambda _snapshot, _as_of: now)
    case = await stage.release()
    assert case.state == "voided"
    assert case.permit_id is None


async def test_a_fact_that_changed_while_it_was_blocked_is_seen_before_anybody_signs(stage: Stage) -> None:
    await blocked(stage)
    await overruled(stage, MIA)
    await stage.hear_person(2, country="FR")
    with pytest.raises(JudgedAgain):
        await overruled(stage, SOL)
    case = await stage.case()
    assert (case.state, case.overrides) == ("blocked", ())
    await overruled(stage, SOL)
    await overruled(stage, MIA)
    assert (await stage.case()).state == "in_review"


async def test_who_opted_out_while_it_was_blocked_is_not_written_to(stage: Stage) -> None:
    await blocked(stage)
    await overruled(stage, MIA)
    await stage.hear_person(2, opted_out=True)
    await overruled(stage, SOL)
    assert (await stage.case()).state == "paused"


async def test_a_fact_that_changes_after_it_was_overridden_voids_it(stage: Stage) -> None:
    await blocked(stage)
    await overruled(stage, MIA)
    await overruled(stage, SOL)
    await stage.hear_person(2, country="FR")
    case = await stage.case()
    assert (case.state, case.overrides) == ("blocked", ())


async def test_each_refusal_has_its_code_and_remedy_and_uses_no_signature_up(desk: Desk) -> None:
    headers = desk.sign_in(MIA)
    for changes, status, code in (
        ({"meaning": " "}, 400, "meaning_missing"),
        ({"reason": " "}, 422, "malformed"),
        ({"rule_ids": ["NO-SUCH"]}, 400, "invalid_value"),
        ({"content_sha256": "0" * 64}, 409, "content_changed"),
        ({"rule_ids": ...}, 422, "malformed"),
        ({"rule_ids": []}, 422, "malformed"),
        ({"decision": "refuse"}, 422, "malformed"),
        ({"decision": "allow"}, 422, "malformed"),
        ({"more": 1}, 422, "malformed"),
        ({"reason": "a\x00b"}, 422, "malformed"),
        ({"meaning": "x" * 501}, 422, "malformed"),
        ({"rule_ids": ["X"] * 101}, 422, "malformed"),
        ({"rule_ids": "HSE-01"}, 422, "malformed"),
        ({"rule_ids": [1]}, 422, "malformed"),
    ):
        refused = await desk.override(MIA, headers, **changes)
        assert (refused.status_code, refused.json()["code"]) == (status, code), (changes, refused.text)
        assert refused.json().get("remedy") or refused.json()["errors"]
    assert (await desk.override(MIA, headers)).status_code == 200
    again = await desk.override(MIA)
    assert (again.status_code, again.json()["code"]) == (409, "already_voted")
    for subject, code in ((LEX, "not_your_override"), (AUTHOR, "self_approval")):
        refused = await desk.override(subject)
        assert (refused.status_code, refused.json()["code"]) == (403, code)
    reader = await desk.override(SOL, desk.sign_in(SOL, "compliance:read"))
    assert reader.json()["code"] == "insufficient_scope"
    missing = await desk.http.post("/v1/cases/no-such/overrides", json={}, headers=desk.sign_in(SOL))
    assert missing.status_code in {422, 428}


async def test_a_rule_without_permission_is_refused_by_name(desk: Desk) -> None:
    for version, text in ((2, "A miracle."), (3, "A miracle, often.")):
        await desk.stage.submit(version, text=text)
        refused = await desk.override(MIA)
        assert (refused.status_code, refused.json()["code"]) == (409, "override_not_allowed")
        assert "LAW-01" in refused.json()["detail"]
        assert refused.json()["remedy"]
    assert await desk.read() == []


async def test_a_signature_needs_a_fresh_proof_and_each_proof_serves_one(desk: Desk) -> None:
    headers = desk.sign_in(MIA)
    desk.stage.clock.advance(timedelta(minutes=6))
    old = await desk.override(MIA, headers)
    assert (old.status_code, old.json()["code"]) == (401, "reauthentication_required")
    fresh = desk.sign_in(MIA)
    assert (await desk.override(MIA, fresh)).status_code == 200
    await desk.stage.submit(2, text="Writing often, again.")
    spent = await desk.override(MIA, fresh)
    assert spent.json()["code"] == "reauthentication_required"
    assert (await desk.stage.case()).overrides == ()


async def test_a_vote_and_an_override_do_not_share_a_proof(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await blocked(stage)
    moment = stage.signed_in()
    monkeypatch.setattr(stage, "signed_in", lambda: moment)
    await overruled(stage, MIA)
    await stage.submit(2, text="Thank you.")
    with pytest.raises(ReauthenticationRequired):
        await stage.vote(MIA)


async def test_a_no_is_kept_and_ends_it(desk: Desk) -> None:
    await desk.override(MIA)
    no = await desk.override(ROSA, decision="refuse", rule_ids=..., reason="three times is enough")
    assert (no.status_code, no.json()["state"], no.json()["blocks"][0]["missing"]) == (200, "blocked", 2)
    refused = await desk.override(SOL)
    assert (refused.status_code, refused.json()["code"]) == (409, "override_refused")
    newest = (await desk.read())[0]
    assert (newest["decision"], newest["name"], newest["rule_ids"]) == ("refuse", ROSA.title(), [])
    assert newest["reason"] == "three times is enough"


async def test_everybody_responsible_sees_every_override_whatever_became_of_it(desk: Desk) -> None:
    began = desk.stage.clock.now()
    await desk.override(MIA)
    desk.stage.clock.advance(timedelta(minutes=1))
    await desk.override(SOL, reason="it is the yearly survey")
    await desk.stage.submit(2, text="Other words.")
    listed = await desk.read(**{"from": began.isoformat(), "rule": "HSE-01"})
    assert [(each["by"], each["capacity"], each["reason"]) for each in listed] == [
        (SOL, "signatory", "it is the yearly survey"),
        (MIA, "medical", "she asked for it"),
    ]
    assert {each["state"] for each in listed} == {"in_review"}
    assert await desk.read(rule="HSE-02") == []
    assert await desk.read(to=began.isoformat()) == []
    seen, cursor = [], None
    while True:
        query = {"limit": "1", **({"cursor": cursor} if cursor else {})}
        page = (await desk.http.get("/v1/overrides", headers=desk.sign_in(ROSA), params=query)).json()
        seen += [each["by"] for each in page["items"] if each["action_id"] == desk.stage.action]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [SOL, MIA]


@pytest.mark.parametrize(
    "query", ["from=yesterday", "from=2026-11-22T10:00:00", "cursor=MQ", "cursor=MX4xfmE", "rule=%00"]
)
async def test_a_question_for_overrides_that_nobody_can_mean_is_refused(desk: Desk, query: str) -> None:
    answer = await desk.http.get(f"/v1/overrides?{query}", headers=desk.sign_in(ROSA))
    assert answer.status_code == 422, answer.text


async def test_signed_overrides_cannot_be_rewritten(desk: Desk) -> None:
    await desk.override(MIA)
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"):
        async with desk.stage.engine.begin() as connection:
            await connection.execute(sqlalchemy.text("UPDATE signatures SET rules = '[]' WHERE rules IS NOT NULL"))


async def test_the_reason_goes_with_the_person_and_the_override_stays(desk: Desk) -> None:
    await desk.override(MIA)
    await desk.stage.forget_person(2)
    (listed,) = await desk.read()
    assert (listed["by"], listed["rule_ids"], listed["reason"], listed["erased"]) == (MIA, ["HSE-01"], None, True)


@pytest.mark.parametrize("attempt", range(6))
async def test_of_two_who_override_at_once_one_reads_again(stage: Stage, attempt: int) -> None:
    del attempt
    await blocked(stage)
    outcomes = await asyncio.gather(overruled(stage, MIA), overruled(stage, SOL), return_exceptions=True)
    kinds = Counter(type(each) for each in outcomes)
    assert kinds == {str: 1, ConcurrentChange: 1}
    case = await stage.case()
    assert (case.state, len(case.overrides)) == ("blocked", 1)
    await overruled(stage, SOL if case.overrides[0].by == MIA else MIA)
    assert (await stage.case()).state == "in_review"


@pytest.mark.parametrize("attempt", range(8))
async def test_an_override_that_meets_a_revision_never_carries_over_to_it(stage: Stage, attempt: int) -> None:
    case = await blocked(stage)
    await overruled(stage, MIA)
    signed = {"case_version": case.version + 1, "content_sha256": case.submission.content_sha256}
    second, revision = overruled(stage, SOL, **signed), stage.submit(2, text=f"Writing often, take {attempt}.")
    outcomes = await asyncio.gather(
        *((second, revision) if attempt % 2 else (revision, second)), return_exceptions=True
    )
    assert all(isinstance(each, DomainError) for each in outcomes if isinstance(each, BaseException))
    now = await stage.case()
    assert (now.state, now.overrides, now.submission.action_version) == ("blocked", (), 2)
