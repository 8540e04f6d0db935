"""Watches over the real gate: begun with the redemption, fed by captured posts, closed when nothing is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from compliance.application.aftercare.recall import Recall
from compliance.application.aftercare.watches import on_action_completed
from compliance.domain.aftercare.terms import COMMENTS, SAFETY, AftercareTerms, Interval, WatchTerms
from compliance.domain.events import Occasion
from shared.contracts.planner import ActionCompletedV1
from shared.testing import TestIssuer
from support.compliance_builders import ROSA
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client

pytestmark = pytest.mark.platform

ISSUER = TestIssuer()
INTERVALS = (Interval(what=COMMENTS, days=1), Interval(what=SAFETY, days=1))
TERMS = AftercareTerms(watch=(WatchTerms(days=7, intervals=INTERVALS),))
URL = "https://mastodon.example/@havelmark/7"
HEADERS = ISSUER.authorization("compliance:read", "compliance:review", subject=ROSA)


async def redeemed(stage: Stage) -> str:
    stage.gate = replace(stage.gate, aftercare=TERMS)
    await stage.approved(text=f"Thank you for this, {stage.action}.")
    await stage.release()
    permit = await stage.permit()
    await stage.redeem(permit)
    return permit.permit_id


async def completed(stage: Stage, permit_id: str, outcome: Any = "done", url: str | None = URL) -> None:
    event = ActionCompletedV1(
        action_id=stage.action,
        version=9,
        stakeholder_id=stage.person,
        action_type="thank",
        outcome=outcome,
        permit_id=permit_id,
        evidence_url=url,
        completed_at=stage.clock.now(),
    )
    await stage.deliver(partial(on_action_completed, gate=stage.gate), event)


async def watch(stage: Stage) -> dict[str, Any]:
    async with gate_client(gate_app(stage, ISSUER), headers=HEADERS) as http:
        return (await http.get(f"/v1/watches/{stage.action}")).json()


async def close(stage: Stage) -> dict[str, Any]:
    place = f"/v1/watches/{stage.action}"
    async with gate_client(gate_app(stage, ISSUER), headers=HEADERS) as http:
        tag = (await http.get(place)).headers["etag"]
        return (await http.post(f"{place}/closing", json={"reason": "quiet"}, headers={"If-Match": tag})).json()


async def look(stage: Stage, *kinds: str) -> None:
    async with gate_client(gate_app(stage, ISSUER), headers=HEADERS) as http:
        for what in kinds:
            body = {"what": what, "reason": "quiet"}
            answer = await http.post(f"/v1/watches/{stage.action}/looks", json=body)
            assert answer.status_code == 200, answer.text


def no_report(case: Any, now: Occasion) -> None:
    case.close("not_a_case", now, reference=None, reason="no report")


async def test_a_watch_begins_with_the_redemption_and_ends_when_everybody_has_looked(stage: Stage) -> None:
    permit_id = await redeemed(stage)
    await completed(stage, permit_id)
    await completed(stage, permit_id)
    assert (await watch(stage))["details"]["url"] == URL
    assert (await close(stage))["detail"].startswith("it is watched until")
    stage.clock.advance(timedelta(days=7))
    assert (await watch(stage))["overdue"] == ["comments", "safety"]
    assert "comments, safety" in (await close(stage))["detail"]
    await look(stage, "comments", "safety")
    assert (await close(stage))["state"] == "closed"
    told = await stage.outbox()
    assert (told.count("compliance.release.watch_opened.v1"), told.count("compliance.release.watch_closed.v1")) == (
        1,
        1,
    )


async def test_a_report_below_our_post_reaches_drug_safety_and_keeps_the_watch_open(stage: Stage) -> None:
    permit_id = await redeemed(stage)
    url = f"{URL}-{stage.action}"
    await completed(stage, permit_id, url=url)
    await stage.capture(f"I felt dizzy after it, see {url}", post_id=f"reply-{stage.action}")
    (heard,) = (await watch(stage))["details"]["heard"]
    (case_id,) = heard["safety_cases"]
    stage.clock.advance(timedelta(days=7))
    await look(stage, "comments", "safety")
    assert (await close(stage))["detail"] == "a safety case about it is open"
    await stage.change("drug_safety", case_id, no_report, "no report")
    assert (await close(stage))["state"] == "closed"


async def test_a_post_about_something_else_is_not_told_to_the_watch(stage: Stage) -> None:
    permit_id = await redeemed(stage)
    await completed(stage, permit_id, url=f"{URL}-{stage.action}")
    await stage.capture("Something else entirely, see https://other.example/1", post_id=f"other-{stage.action}")
    assert (await watch(stage))["details"]["heard"] == []


async def test_an_open_take_down_keeps_the_watch_open(stage: Stage) -> None:
    await redeemed(stage)
    await stage.aftercare().recall(stage.action, Recall(by=ROSA, code="content", reason="wrong"))
    stage.clock.advance(timedelta(days=7))
    await look(stage, "comments", "safety")
    assert (await close(stage))["detail"] == "its take-down is not settled"


async def test_what_its_executor_did_not_do_is_not_watched(stage: Stage) -> None:
    permit_id = await redeemed(stage)
    await completed(stage, "another-permit", "not_done")
    assert (await watch(stage))["state"] == "open"
    await completed(stage, permit_id, "not_done")
    assert (await watch(stage))["details"]["outcome"] == "not_published"


async def test_overdue_looks_are_listed_and_nothing_else(stage: Stage) -> None:
    await redeemed(stage)
    late = stage.action
    stage.clock.advance(timedelta(days=2))
    stage.action, stage.person = stage.gate.new_id(), stage.gate.new_id()
    await redeemed(stage)
    async with gate_client(gate_app(stage, ISSUER), headers=HEADERS) as http:
        listed = (await http.get("/v1/watches?overdue=true&limit=200")).json()["items"]
        malformed = await http.post(f"/v1/watches/{late}/looks", json={"what": "reach", "reason": "r"})
        bare = await http.post(f"/v1/watches/{late}/closing", json={"reason": "r"})
        nobody = await http.get("/v1/watches/a%00b")
        rubbish = await http.get("/v1/watches?cursor=Zm9v")
    ids = {each["action_id"] for each in listed}
    assert late in ids
    assert stage.action not in ids
    assert all(each["overdue"] for each in listed)
    assert (malformed.status_code, bare.status_code, nobody.status_code // 100, rubbish.status_code) == (
        422,
        428,
        4,
        422,
    )
