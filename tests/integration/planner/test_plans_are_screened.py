"""Plans over HTTP on a real database: submitted, answered by the screen itself, approved by a second person or not.

The screen is the real one with the packaged rules; what it says arrives as its event would.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from shared.contracts.compliance import PlacedFindingV1, PlanScreenedV1, RuleSetActivatedV1
from shared.contracts.hashing import sha256_of
from shared.contracts.planner import PlanApprovedV1, PlanChangedV1, PlanClosedV1, PlanSubmittedV1
from support.plan_builders import judged_plan
from support.planner_stage import Stage

pytestmark = pytest.mark.platform
COMPANY: dict[str, Any] = {"name": "Havelmark Pharma", "country": "DE", "products": []}
BODY: dict[str, Any] = {
    "title": "Sleep and teaching",
    "therapy_area": "Sleep medicine",
    "objective": "Teachers of nursing find plain material on sleep",
    "purpose": "Inform and be open for questions",
    "kpis": ["1 in 12 trained nurses still teaching after a year"],
    "tiering": {"criteria": ["Teaching experience"], "confirmed": True},
    "starts_on": "2026-12-01",
    "ends_on": "2027-06-30",
}


async def opened(stage: Stage, **changes: Any) -> dict[str, Any]:
    answer = await stage.http.post("/v1/plans", json={**BODY, **changes}, headers=stage.as_author())
    assert answer.status_code == 201, answer.text
    return answer.json()


async def submitted(stage: Stage, **changes: Any) -> dict[str, Any]:
    plan = await opened(stage, **changes)
    answer = await stage.http.post(f"/v1/plans/{plan['id']}/submission", headers=stage.as_author())
    assert answer.status_code == 200, answer.text
    return answer.json()


async def screened(stage: Stage, plan: dict[str, Any]) -> dict[str, Any]:
    """The screen's own answer about what the planner put into its outbox."""
    event = (await stage.published(plan["id"]))[-1]
    assert isinstance(event, PlanSubmittedV1)
    said = judged_plan({**event.plan, "company": COMPANY})
    told = PlanScreenedV1(
        plan_id=event.plan_id,
        version=event.version,
        plan_sha256=event.plan_sha256,
        verdict=said.verdict,
        findings=tuple(PlacedFindingV1.model_validate(each.as_json()) for each in said.findings),
        rule_set=said.rule_set,
        screened_at=stage.clock.now(),
    )
    await stage.hears(told, times=2)
    return (await stage.http.get(f"/v1/plans/{plan['id']}", headers=stage.as_author())).json()


async def approve(stage: Stage, plan: dict[str, Any], subject: str = "noor.lead") -> httpx.Response:
    headers = stage.issuer.authorization("compliance:review", subject=subject)
    place = f"/v1/plans/{plan['id']}/approval"
    return await stage.http.post(place, headers={**headers, "If-Match": f'"v{plan["version"]}"'})


async def test_t144_a_plan_with_an_activity_kpi_and_no_product_measure_is_approved_by_a_second_person(
    stage: Stage,
) -> None:
    plan = await screened(stage, await submitted(stage))
    assert (plan["state"], plan["answer"]["findings"]) == ("in_review", [])

    assert (await approve(stage, plan, "amira.medical")).json()["code"] == "self_approval"
    answer = await approve(stage, plan)

    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    assert answer.json()["approval"]["by"] == "noor.lead"
    event = (await stage.published(plan["id"]))[-1]
    assert isinstance(event, PlanApprovedV1)
    assert event.submitted_version == plan["submission"]["version"]


async def test_t143_a_plan_with_a_prescription_kpi_is_refused_with_rule_and_remedy(stage: Stage) -> None:
    plan = await screened(stage, await submitted(stage, kpis=["Attendance", "Prescriptions in the district + 5 %"]))

    answer = await approve(stage, plan)

    assert plan["state"] == "blocked"
    assert (answer.status_code, answer.json()["code"]) == (409, "plan_blocked")
    assert "PUB-02" in answer.json()["detail"]
    assert [each["field"] for each in answer.json()["errors"]] == ["kpis[1]"]
    assert answer.json()["errors"][0]["remedy"]


async def test_t034_a_plan_that_tiers_by_use_or_pays_users_to_advocate_is_refused_by_con_03_and_pub_02(
    stage: Stage,
) -> None:
    for changes in (
        {"tiering": {"criteria": ["Does not use the product yet", "Heavy users"], "confirmed": True}},
        {"objective": "Users of the product get a fee to advocate for it"},
    ):
        plan = await screened(stage, await submitted(stage, **changes))

        answer = await approve(stage, plan)

        assert answer.status_code == 409
        assert answer.json()["detail"] == "the screen blocks this plan: CON-03, PUB-02"


async def test_nothing_is_approved_before_the_answer_nor_another_version_than_the_one_screened(stage: Stage) -> None:
    plan = await submitted(stage)
    early = await approve(stage, plan)
    assert (early.status_code, early.json()["code"]) == (409, "not_screened_yet")
    assert "not screened yet" in early.json()["detail"]

    plan = await screened(stage, plan)
    headers = {**stage.as_author(), "If-Match": f'"v{plan["version"]}"'}
    edited = await stage.http.patch(f"/v1/plans/{plan['id']}", json={"kpis": ["Sales"]}, headers=headers)
    assert (edited.json()["state"], edited.json()["answer"]) == ("draft", None)
    assert isinstance((await stage.published(plan["id"]))[-1], PlanChangedV1)
    assert (await approve(stage, plan)).status_code == 412
    assert (await approve(stage, edited.json())).status_code == 409


async def test_an_approval_needs_the_scope_the_version_and_a_person(stage: Stage) -> None:
    plan = await screened(stage, await submitted(stage))
    place = f"/v1/plans/{plan['id']}/approval"
    tag = {"If-Match": f'"v{plan["version"]}"'}
    robot = stage.issuer.service_authorization("robot", "compliance:review", "planner:write")

    assert (await stage.http.post(place, headers={**stage.as_author(), **tag})).status_code == 403
    reviewer = stage.issuer.authorization("compliance:review", subject="noor.lead")
    assert (await stage.http.post(place, headers=reviewer)).status_code == 428
    assert (await stage.http.post(place, headers={**robot, **tag})).json()["code"] == "person_required"
    assert (await stage.http.post("/v1/plans", json=BODY, headers=robot)).json()["code"] == "person_required"


async def test_a_ranking_nobody_confirmed_and_a_plan_that_says_nothing_are_for_people_to_judge(stage: Stage) -> None:
    loose = await opened(stage, tiering={"criteria": ["Teaching experience"]})
    assert loose["tiering"]["confirmed_by"] is None
    plan = await screened(stage, await submitted(stage, purpose=None, kpis=None, tiering=None))

    assert plan["state"] == "in_review"
    assert {each["rule_id"] for each in plan["answer"]["findings"]} == {"PUB-02", "PRI-06"}
    assert (await approve(stage, plan)).status_code == 200


async def test_nothing_is_planned_within_a_closed_plan(stage: Stage) -> None:
    plan = await opened(stage)
    place = f"/v1/plans/{plan['id']}/closing"
    closed = await stage.http.post(place, json={"reason": "called off"}, headers=stage.as_author())
    assert closed.json()["state"] == "closed"
    assert isinstance((await stage.published(plan["id"]))[-1], PlanClosedV1)
    again = await stage.http.post(f"/v1/plans/{plan['id']}/submission", headers=stage.as_author())
    assert again.status_code == 409


async def test_other_rules_put_in_force_screen_what_is_not_closed_again_and_void_what_they_object_to(
    stage: Stage,
) -> None:
    kept = await screened(stage, await submitted(stage))
    voided = await screened(stage, await submitted(stage, objective="Teachers find plain material on rest"))
    draft, over = await opened(stage), await screened(stage, await submitted(stage))
    for plan in (kept, voided):
        assert (await approve(stage, plan)).status_code == 200
    closed = await stage.http.post(f"/v1/plans/{over['id']}/closing", json={"reason": "x"}, headers=stage.as_author())
    assert closed.status_code == 200, closed.text
    other = RuleSetActivatedV1(
        rule_set="f" * 64, version=9, activated_by="sam", activated_at=stage.clock.now(), rules=90
    )

    await stage.hears(other)

    assert await stage.published(draft["id"]) == []
    assert isinstance((await stage.published(over["id"]))[-1], PlanClosedV1)
    told: list[PlanScreenedV1] = []
    for plan, verdict in ((kept, "pass"), (voided, "block")):
        asked = (await stage.published(plan["id"]))[-1]
        assert isinstance(asked, PlanSubmittedV1)
        assert asked.plan_sha256 == sha256_of(asked.plan)
        assert (await read(stage, plan))["state"] == "approved"
        found = () if verdict == "pass" else (PlacedFindingV1(rule_id="X-1", severity="block", message="new"),)
        told.append(
            PlanScreenedV1(
                plan_id=plan["id"],
                version=asked.version,
                plan_sha256=asked.plan_sha256,
                verdict="pass" if verdict == "pass" else "block",
                findings=found,
                rule_set="f" * 64,
                screened_at=stage.clock.now(),
            )
        )
        await stage.hears(told[-1], times=2)
    assert [(await read(stage, plan))["state"] for plan in (kept, voided)] == ["approved", "blocked"]
    assert (await read(stage, voided))["approval"] is None
    before = [len(await stage.published(plan["id"])) for plan in (kept, voided)]
    await stage.hears(other)
    assert [len(await stage.published(plan["id"])) for plan in (kept, voided)] == before


async def read(stage: Stage, plan: dict[str, Any]) -> dict[str, Any]:
    return (await stage.http.get(f"/v1/plans/{plan['id']}", headers=stage.as_author())).json()
