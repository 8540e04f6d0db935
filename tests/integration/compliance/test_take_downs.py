"""Take-downs over the real gate: opened with the recall, answered, confirmed, told once when overdue."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from compliance.adapters.aftercare.queries import AftercareQueries
from compliance.application.aftercare.recall import Recall
from compliance.application.aftercare.take_downs import escalate_overdue
from compliance.domain.aftercare.terms import AftercareTerms, TakeDownTerms
from shared.testing import TestIssuer
from support.compliance_builders import EXECUTOR, ROSA, SAM
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client

pytestmark = pytest.mark.platform

ISSUER = TestIssuer()
TERMS = AftercareTerms(take_down=TakeDownTerms(within=timedelta(hours=24), tell=("head of communications",)))
GONE = {"kind": "url_gone", "url": "https://mastodon.example/@havelmark/7"}
WHY = {"reason": "looked at it"}


def reviewer(subject: str = ROSA) -> dict[str, str]:
    return ISSUER.authorization("compliance:read", "compliance:review", subject=subject)


def executor(client: str = EXECUTOR) -> dict[str, str]:
    return {"Authorization": f"Bearer {ISSUER.token('permits:redeem', subject=client, client_id=client, name=None)}"}


async def recalled(stage: Stage, *, redeemed: bool = True) -> None:
    stage.gate = replace(stage.gate, aftercare=TERMS)
    await stage.approved()
    await stage.release()
    if redeemed:
        await stage.redeem(await stage.permit())
    await stage.aftercare().recall(stage.action, Recall(by=ROSA, code="content", reason="the figure is wrong"))


async def escalate(stage: Stage) -> None:
    await escalate_overdue(
        find_due=AftercareQueries(stage.reads).overdue_take_downs,
        open_uow=stage.open_uow,
        gate=stage.gate,
        report=stage.note_failure,
    )


async def test_a_recall_after_the_act_asks_the_channels_owner_and_before_it_asks_nobody(stage: Stage) -> None:
    await recalled(stage)
    place = f"/v1/take-downs/{stage.action}"
    async with gate_client(gate_app(stage, ISSUER)) as http:
        task = (await http.get(place, headers=reviewer())).json()
        stage.action = stage.gate.new_id()
        await recalled(stage, redeemed=False)
        none = await http.get(f"/v1/take-downs/{stage.action}", headers=reviewer())
    assert (task["state"], task["overdue"], task["details"]["asked"]) == ("open", False, "community.desk")
    assert none.status_code == 404


async def test_the_executor_reports_and_a_person_confirms(stage: Stage) -> None:
    await recalled(stage)
    place = f"/v1/take-downs/{stage.action}"
    async with gate_client(gate_app(stage, ISSUER)) as http:
        stranger = await http.post(f"{place}/report", json=GONE, headers=executor("executor-x"))
        person = await http.post(
            f"{place}/report", json=GONE, headers=ISSUER.authorization("permits:redeem", subject=ROSA)
        )
        told = await asyncio.gather(*(http.post(f"{place}/report", json=GONE, headers=executor()) for _ in range(8)))
        shown = await http.get(place, headers=reviewer())
        stale = await http.post(f"{place}/confirmation", json=WHY, headers={**reviewer(), "If-Match": '"v1"'})
        bare = await http.post(f"{place}/confirmation", json=WHY, headers=reviewer())
        tag = {"If-Match": shown.headers["etag"]}
        closed = await http.post(f"{place}/confirmation", json=WHY, headers={**reviewer(), **tag})
    assert {answer.status_code for answer in told} == {200}
    assert (stranger.json()["code"], person.json()["code"]) == ("wrong_audience", "wrong_audience")
    assert shown.json()["details"]["answer"]["by_program"] is True
    assert (stale.status_code, bare.status_code) == (412, 428)
    assert (closed.json()["state"], closed.json()["details"]["outcome"]) == ("closed", "taken_down")
    assert (await stage.outbox()).count("compliance.release.take_down_changed.v1") == 3


async def test_nobody_confirms_their_own_word_over_http(stage: Stage) -> None:
    await recalled(stage)
    place = f"/v1/take-downs/{stage.action}"
    tag = {"If-Match": '"v1"'}
    async with gate_client(gate_app(stage, ISSUER)) as http:
        done = await http.post(f"{place}/done", json={**GONE, **WHY}, headers={**reviewer(), **tag})
        own = await http.post(
            f"{place}/confirmation", json=WHY, headers={**reviewer(), "If-Match": done.headers["etag"]}
        )
        other = await http.post(
            f"{place}/confirmation", json=WHY, headers={**reviewer(SAM), "If-Match": done.headers["etag"]}
        )
    assert own.json()["code"] == "self_approval"
    assert other.json()["details"]["confirmed_by"] == SAM


async def test_an_overdue_task_is_told_exactly_once_by_however_many_workers(stage: Stage) -> None:
    await recalled(stage)
    await escalate(stage)
    assert (await stage.outbox()).count("compliance.release.take_down_changed.v1") == 1
    stage.clock.advance(timedelta(hours=24))
    await asyncio.gather(*(escalate(stage) for _ in range(5)))
    await escalate(stage)
    assert (await stage.outbox()).count("compliance.release.take_down_changed.v1") == 2
    async with gate_client(gate_app(stage, ISSUER)) as http:
        (task,) = [
            each
            for each in (await http.get("/v1/take-downs?state=open&limit=200", headers=reviewer())).json()["items"]
            if each["action_id"] == stage.action
        ]
    assert task["overdue"] is True


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("done", {"kind": "url_gone", **WHY}),
        ("done", {"kind": "screenshot", "sha256": "abc", **WHY}),
        ("done", {"kind": "photo", "url": "x", **WHY}),
        ("done", {**GONE, **WHY, "by": "somebody"}),
        ("done", {**GONE, "reason": "a\x00b"}),
        ("done", {**GONE, "url": "x" * 2_001, **WHY}),
        ("not-possible", {"reason": " "}),
        ("not-possible", {}),
        ("confirmation", WHY),
        ("report", {"kind": "note"}),
    ],
)
async def test_what_nobody_can_mean_is_refused_and_changes_nothing(
    stage: Stage, step: str, body: dict[str, Any]
) -> None:
    await recalled(stage)
    headers = executor() if step == "report" else {**reviewer(), "If-Match": '"v1"'}
    async with gate_client(gate_app(stage, ISSUER), raises=False) as http:
        answer = await http.post(f"/v1/take-downs/{stage.action}/{step}", json=body, headers=headers)
        after = await http.get(f"/v1/take-downs/{stage.action}", headers=reviewer())
        garbage = await http.get("/v1/take-downs?cursor=Zm9v", headers=reviewer())
        nowhere = await http.get("/v1/take-downs/a%00b", headers=reviewer())
    assert answer.status_code in {400, 409, 422}, answer.text
    assert (after.json()["state"], after.json()["version"]) == ("open", 1)
    assert (garbage.status_code, nowhere.status_code // 100) == (422, 4)


async def test_tasks_are_listed_by_when_they_are_due_page_by_page(stage: Stage) -> None:
    for _ in range(3):
        stage.action, stage.person = stage.gate.new_id(), stage.gate.new_id()
        await recalled(stage)
        stage.clock.advance(timedelta(minutes=1))
    async with gate_client(gate_app(stage, ISSUER), headers=reviewer()) as http:
        get = partial(http.get, "/v1/take-downs")
        whole = (await get(params={"limit": 200})).json()["items"]
        seen: list[str] = []
        cursor: str | None = None
        while True:
            page = (await get(params={"limit": 2, **({"cursor": cursor} if cursor else {})})).json()
            seen += [each["action_id"] for each in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
    assert seen == [each["action_id"] for each in whole]
    assert [each["details"]["due_at"] for each in whole] == sorted(each["details"]["due_at"] for each in whole)
