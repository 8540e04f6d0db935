"""Drafting and freezing over HTTP, on a real database."""

from __future__ import annotations

import pytest

from shared.contracts.hashing import snapshot_sha256
from shared.contracts.planner import ActionRevisedV1, ActionSubmittedV1
from shared.contracts.registry import StakeholderErasedV1, StakeholderUpdatedV1
from shared.kernel.ids import new_id
from support.planner_cases import case_of
from support.planner_stage import Stage, a_body

pytestmark = pytest.mark.platform


async def test_a_submission_freezes_the_facts_and_tells_the_gate_who_wrote_it(stage: Stage) -> None:
    action = await stage.submitted()

    (event,) = await stage.published(action["id"])
    assert isinstance(event, ActionSubmittedV1)
    assert event.version == action["version"] == action["submission"]["version"]
    assert event.snapshot_sha256 == snapshot_sha256(event.snapshot) == action["submission"]["snapshot_sha256"]
    assert event.snapshot["company"] == {"name": "Havelmark Pharma", "country": "DE"}
    assert event.snapshot["stakeholder"]["contacts_last_30_days"] is None
    assert (event.submitted_by, event.edited_by) == ("amira.medical", ("amira.medical",))


async def test_facts_learned_after_the_submission_do_not_change_what_was_frozen(stage: Stage) -> None:
    action = await stage.submitted()
    person = action["stakeholder_id"]
    await stage.hears(
        StakeholderUpdatedV1(stakeholder_id=person, version=2, name="Lena Vogt", type="blogger", followers=9)
    )

    after = await stage.show(action["id"])

    assert after["submission"]["snapshot"]["stakeholder"]["type"] == "journalist"


async def test_everything_that_is_missing_is_named_with_a_remedy(stage: Stage) -> None:
    drafted = await stage.draft(
        person=new_id(), colleague=new_id(), without=("purpose", "value_statement", "scheduled_for"), type="share"
    )

    answer = await stage.submit(drafted.json()["id"])

    assert answer.status_code == 409
    assert answer.json()["code"] == "not_ready_for_submission"
    named = {error["field"] for error in answer.json()["errors"]}
    assert named == {
        "purpose",
        "value_statement",
        "scheduled_for",
        "stakeholder_id",
        "engager_id",
        "target_post_id",
    }
    assert all(error["remedy"] for error in answer.json()["errors"])
    assert await stage.published(drafted.json()["id"]) == []


async def test_a_target_is_captured_from_the_audit_at_submission(stage: Stage) -> None:
    person, colleague = new_id(), new_id()
    await stage.knows(person, colleague)
    post = stage.captured(person)
    drafted = await stage.draft(person=person, colleague=colleague, type="share", target_post_id=post.id)

    answer = await stage.submit(drafted.json()["id"])

    target = answer.json()["submission"]["snapshot"]["target"]
    assert target["text"] == post.text
    assert target["author_relation"] == "independent"


async def test_nothing_is_submitted_while_the_audit_is_silent(stage: Stage) -> None:
    person, colleague = new_id(), new_id()
    await stage.knows(person, colleague)
    post = stage.captured(person)
    drafted = await stage.draft(person=person, colleague=colleague, type="share", target_post_id=post.id)
    stage.archive.silent = True

    answer = await stage.submit(drafted.json()["id"])

    assert answer.status_code == 503
    assert (await stage.show(drafted.json()["id"]))["state"] == "draft"


async def test_an_erased_person_is_nobody_to_plan_for(stage: Stage) -> None:
    person, colleague = new_id(), new_id()
    await stage.hears(StakeholderErasedV1(stakeholder_id=person, version=5))
    await stage.knows(person, colleague)
    drafted = await stage.draft(person=person, colleague=colleague)

    answer = await stage.submit(drafted.json()["id"])

    assert [error["field"] for error in answer.json()["errors"]] == ["stakeholder_id"]


async def test_an_edit_needs_the_version_it_was_made_on_and_is_refused_after_submission(stage: Stage) -> None:
    person, colleague = new_id(), new_id()
    await stage.knows(person, colleague)
    drafted = await stage.draft(person=person, colleague=colleague)
    path = f"/v1/actions/{drafted.json()['id']}"
    jonas = stage.as_author("jonas.comms")

    without = await stage.http.patch(path, json={"kpi": "replies"}, headers=jonas)
    edited = await stage.http.patch(path, json={"kpi": "replies"}, headers={**jonas, "If-Match": '"v1"'})
    outdated = await stage.http.patch(path, json={"kpi": "views"}, headers={**jonas, "If-Match": '"v1"'})
    submitted = await stage.submit(drafted.json()["id"], **{"If-Match": edited.headers["ETag"]})
    frozen = await stage.http.patch(
        path, json={"kpi": "views"}, headers={**jonas, "If-Match": submitted.headers["ETag"]}
    )

    assert [without.status_code, edited.status_code, outdated.status_code] == [428, 200, 412]
    assert submitted.json()["submission"]["edited_by"] == ["amira.medical", "jonas.comms"]
    assert (frozen.status_code, frozen.json()["code"]) == (409, "not_editable")


async def test_what_was_sent_back_is_revised_and_submitted_again(stage: Stage) -> None:
    action = await stage.submitted()
    wanted = {"field": "text", "start": 0, "end": 5, "quote": "Thank", "wanted": "We thank"}
    await stage.hears(case_of(action, "changes_requested", version=3, changes=[wanted]))
    assert (await stage.show(action["id"]))["case"]["changes"] == [wanted]
    path = f"/v1/actions/{action['id']}"
    tag = {"If-Match": f'"v{(await stage.show(action["id"]))["version"]}"'}

    edited = await stage.http.patch(
        path, json={"text": "Thank you for this."}, headers={**stage.as_author("jonas.comms"), **tag}
    )
    again = await stage.submit(action["id"])

    assert (edited.status_code, again.status_code) == (200, 200)
    events = await stage.published(action["id"])
    assert [type(event) for event in events] == [ActionSubmittedV1, ActionRevisedV1]
    revised = events[1]
    assert isinstance(revised, ActionRevisedV1)
    assert revised.snapshot["text"] == "Thank you for this."
    assert revised.edited_by == ("amira.medical", "jonas.comms")


async def test_the_same_key_gives_the_same_action_again(stage: Stage) -> None:
    plan_id = await stage.plan()
    body = a_body(person=new_id(), colleague=new_id())
    headers = {**stage.as_author(), "Idempotency-Key": new_id()}

    first = await stage.http.post(f"/v1/plans/{plan_id}/actions", json=body, headers=headers)
    second = await stage.http.post(f"/v1/plans/{plan_id}/actions", json=body, headers=headers)
    other = await stage.http.post(f"/v1/plans/{plan_id}/actions", json={**body, "kpi": "x"}, headers=headers)

    assert first.json() == second.json()
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_unknown_fields_unknown_plans_and_missing_scopes_are_refused(stage: Stage) -> None:
    body = a_body(person=new_id(), colleague=new_id())
    unknown = await stage.http.post(f"/v1/plans/{new_id()}/actions", json=body, headers=stage.as_author())
    strange = await stage.http.post(
        f"/v1/plans/{new_id()}/actions", json={**body, "budget": 3}, headers=stage.as_author()
    )
    reader = await stage.http.post("/v1/plans", json={}, headers=stage.issuer.authorization("planner:read"))

    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert (strange.status_code, strange.json()["errors"][0]["field"]) == (422, "budget")
    assert reader.status_code == 403


async def test_lists_go_newest_first_and_page_by_cursor(stage: Stage) -> None:
    plan_id = await stage.plan()
    body = a_body(person=new_id(), colleague=new_id())
    path = f"/v1/plans/{plan_id}/actions"
    made = [(await stage.http.post(path, json=body, headers=stage.as_author())).json()["id"] for _ in range(3)]

    first = (await stage.http.get(path, params={"limit": 2}, headers=stage.as_author())).json()
    rest = (
        await stage.http.get(path, params={"limit": 2, "cursor": first["next_cursor"]}, headers=stage.as_author())
    ).json()

    assert [item["id"] for item in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None


async def test_a_plan_outside_six_to_twelve_months_is_opened_with_a_warning(stage: Stage) -> None:
    body = {
        "title": "Short",
        "therapy_area": "nephrology",
        "objective": "A quick hello",
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-31",
    }
    short = await stage.http.post("/v1/plans", json=body, headers=stage.as_author())
    backwards = await stage.http.post("/v1/plans", json={**body, "ends_on": "2026-11-01"}, headers=stage.as_author())

    assert short.status_code == 201
    assert short.json()["warnings"]
    assert (backwards.status_code, backwards.json()["errors"][0]["field"]) == (400, "ends_on")
