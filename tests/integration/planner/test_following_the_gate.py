"""The planner follows the gate, in whatever order and however often the news arrives."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import pytest

from shared.contracts.planner import ActionCompletedV1, ActionSubmittedV1, ActionWithdrawnV1
from shared.contracts.registry import StakeholderUpdatedV1
from shared.kernel.ids import new_id
from support.planner_cases import case_of, recall_of, redemption_of, release_of
from support.planner_stage import Stage

pytestmark = pytest.mark.platform


async def test_findings_and_remedies_reach_the_author(stage: Stage) -> None:
    action = await stage.submitted()
    finding = {"rule_id": "OWN-01", "severity": "block", "message": "names our medicine", "remedy": "leave it out"}

    await stage.hears(case_of(action, "blocked", version=1, verdict="block", findings=[finding]), times=2)

    shown = await stage.show(action["id"])
    assert shown["state"] == "blocked"
    assert shown["case"]["findings"] == [finding]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_release_and_approval_may_arrive_in_any_order_and_twice(stage: Stage, order: tuple[int, ...]) -> None:
    action = await stage.submitted()
    permit_id = new_id()
    news = (
        case_of(action, "in_review", version=1),
        case_of(action, "approved", version=2),
        release_of(action, permit_id),
    )

    for position in order:
        await stage.hears(news[position], times=2)

    assert (await stage.show(action["id"]))["state"] == "released"


async def test_a_recalled_action_stays_recalled_with_what_its_executor_reported(stage: Stage) -> None:
    action = await stage.submitted()
    permit_id = new_id()
    await stage.hears(release_of(action, permit_id))
    await stage.hears(redemption_of(action, permit_id))
    report = {"permit_id": permit_id, "outcome": "done"}
    await stage.http.post(f"/v1/actions/{action['id']}/outcome", json=report, headers=stage.as_executor())

    await stage.hears(recall_of(action, permit_id), times=2)
    await stage.hears(case_of(action, "approved", version=9))

    shown = await stage.show(action["id"])
    assert (shown["state"], shown["outcome"]["result"]) == ("recalled", "done")
    assert shown["permit"]["recalled_at"] is not None


async def test_the_outcome_is_recorded_once_for_the_permits_executor_only(stage: Stage) -> None:
    action = await stage.submitted()
    permit_id = new_id()
    path = f"/v1/actions/{action['id']}/outcome"
    report = {"permit_id": permit_id, "outcome": "done", "evidence_url": "https://mastodon.example/@havelmark/7"}

    early = await stage.http.post(path, json=report, headers=stage.as_executor())
    await stage.hears(release_of(action, permit_id))
    unredeemed = await stage.http.post(path, json=report, headers=stage.as_executor())
    await stage.hears(redemption_of(action, permit_id))
    stranger = await stage.http.post(path, json=report, headers=stage.as_executor("executor-x"))
    author = await stage.http.post(path, json=report, headers=stage.as_author())
    answers = await asyncio.gather(*(stage.http.post(path, json=report, headers=stage.as_executor()) for _ in range(4)))
    repeated = await stage.http.post(path, json=report, headers=stage.as_executor())
    other = await stage.http.post(path, json={**report, "outcome": "not_done"}, headers=stage.as_executor())

    assert [early.status_code, unredeemed.status_code] == [503, 503]
    assert [stranger.status_code, author.status_code] == [403, 403]
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert repeated.status_code == 200
    assert (other.status_code, other.json()["code"]) == (409, "outcome_already_recorded")
    completed = [event for event in await stage.published(action["id"]) if isinstance(event, ActionCompletedV1)]
    assert [(event.outcome, event.permit_id) for event in completed] == [("done", permit_id)]


async def test_an_act_under_a_second_permit_is_recorded_although_the_first_was_stopped(stage: Stage) -> None:
    action = await stage.submitted()
    first, second = new_id(), new_id()
    path = f"/v1/actions/{action['id']}/outcome"
    in_vain = {"permit_id": first, "outcome": "not_done", "detail": "the gate refused"}
    act = {"permit_id": second, "outcome": "done", "evidence_url": "https://mastodon.example/@havelmark/7"}
    stage.clock.advance(-timedelta(minutes=5))  # the gate's clock is behind the planner's

    await stage.hears(release_of(action, first))
    await stage.hears(case_of(action, "paused", version=6))
    refused = await stage.http.post(path, json=in_vain, headers=stage.as_executor())
    assert (refused.status_code, (await stage.show(action["id"]))["state"]) == (200, "not_done")
    await stage.hears(case_of(action, "approved", version=7))
    await stage.hears(release_of(action, second, version=8), times=2)
    assert (await stage.show(action["id"]))["state"] == "released"
    late = await stage.http.post(path, json=in_vain, headers=stage.as_executor())
    await stage.hears(redemption_of(action, second))
    done = await stage.http.post(path, json=act, headers=stage.as_executor())

    assert [late.status_code, done.status_code] == [200, 200]
    assert (await stage.show(action["id"]))["state"] == "done"
    completed = [event for event in await stage.published(action["id"]) if isinstance(event, ActionCompletedV1)]
    assert [(event.permit_id, event.outcome) for event in completed] == [(first, "not_done"), (second, "done")]


async def test_a_withdrawal_is_told_to_the_gate_with_its_reason(stage: Stage) -> None:
    action = await stage.submitted()
    path = f"/v1/actions/{action['id']}/withdrawal"

    answer = await stage.http.post(path, json={"reason": "she left the paper"}, headers=stage.as_author())
    again = await stage.http.post(path, json={"reason": "again"}, headers=stage.as_author())

    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert again.status_code == 409
    submitted, withdrawn = await stage.published(action["id"])
    assert isinstance(submitted, ActionSubmittedV1)
    assert isinstance(withdrawn, ActionWithdrawnV1)
    assert withdrawn.version > submitted.version
    assert withdrawn.reason == "she left the paper"


async def test_two_editors_at_once_cannot_both_win(stage: Stage) -> None:
    person, colleague = new_id(), new_id()
    await stage.knows(person, colleague)
    drafted = (await stage.draft(person=person, colleague=colleague)).json()

    answers = await asyncio.gather(
        *(
            stage.http.patch(
                f"/v1/actions/{drafted['id']}",
                json={"kpi": f"kpi {number}"},
                headers={**stage.as_author(f"author{number}"), "If-Match": '"v1"'},
            )
            for number in range(4)
        )
    )

    assert sum(answer.status_code == 200 for answer in answers) == 1
    assert (await stage.show(drafted["id"]))["version"] == 2


async def test_older_news_about_a_person_does_not_replace_newer(stage: Stage) -> None:
    action_person, colleague = new_id(), new_id()
    await stage.knows(action_person, colleague)
    newest = StakeholderUpdatedV1(stakeholder_id=action_person, version=4, name="L", type="journalist", opted_out=True)
    older = StakeholderUpdatedV1(stakeholder_id=action_person, version=3, name="L", type="journalist")
    await stage.hears(newest)
    await stage.hears(older)

    drafted = await stage.draft(person=action_person, colleague=colleague)
    frozen = (await stage.submit(drafted.json()["id"])).json()["submission"]["snapshot"]

    assert frozen["stakeholder"]["opted_out"] is True
