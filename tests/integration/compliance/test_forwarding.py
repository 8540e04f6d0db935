"""Safety text and product questions always open a case, once, whatever becomes of the action; posts are held."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from compliance.application import submission
from compliance.application.submission import NotASnapshot
from shared.contracts.planner import ActionSubmittedV1
from shared.kernel.ids import new_id
from support.compliance_builders import a_target
from support.compliance_stage import ENVELOPE, Stage

A_WALK = {**a_target("A walk."), "url": "https://mastodon.example/@lena/a-walk"}
pytestmark = pytest.mark.platform


async def cases(stage: Stage, source_id: str | None = None, table: str = "safety_cases") -> list[Any]:
    query = f"SELECT * FROM {table} WHERE source_id = :id ORDER BY first_seen_at, quote"  # noqa: S608 - constant names
    return await stage.rows(query, id=source_id or stage.action)


def a_post(stage: Stage, text: str = "Five pictures on sleep apnoea.") -> dict[str, Any]:
    return {**a_target(text), "url": f"https://mastodon.example/@lena/{stage.action}"}


async def test_every_piece_that_reports_opens_a_case_of_its_own_once_and_a_changed_text_a_further_one(
    stage: Stage,
) -> None:
    await stage.hear_person()
    texts = {"inbound_text": "I am dizzy.", "target": a_post(stage, "Dizzy too.")}
    await stage.submit(**texts)
    await stage.submit(2, **texts, text="Thank you again.")
    assert [each["quote"] for each in await cases(stage)] == ["Dizzy too.", "I am dizzy."]
    await stage.submit(3, **{**texts, "inbound_text": "I am dizzy and worse."})
    assert len(await cases(stage)) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"links": [{"url": "https://a.example", "text": "It made me dizzy."}]},
        {"target": {**A_WALK, "links": [{"url": "https://a.example", "text": "So dizzy."}]}},
        {"target": {**A_WALK, "recent_texts": ["Fine.", "Dizzy again."]}},
        {"target": {**A_WALK, "media_text": "dizzy"}},
    ],
)
async def test_pages_pictures_and_earlier_posts_count(stage: Stage, changes: dict[str, Any]) -> None:
    await stage.hear_person()
    quiet = stage.gate.screen
    stage.gate = replace(stage.gate, screen=lambda s, as_of: replace(quiet(s, as_of), safety_handover="links" not in s))
    await stage.submit(**changes)
    [opened] = await cases(stage)
    assert "izzy" in opened["quote"]
    assert opened["evidence"][0]["quote"].casefold() == "dizzy"


async def test_a_case_tells_reporter_qualification_country_clock_and_what_found_it(stage: Stage) -> None:
    await stage.hear_person(type="hcp", country="FR")
    await stage.submit(inbound_text="I am pregnant and dizzy.")
    [opened] = await cases(stage)
    assert (opened["country"], opened["country_known"]) == ("FR", True)
    assert (opened["qualification"], opened["qualification_known"]) == ("other_health_professional", True)
    assert opened["situations"] == ["pregnancy_or_breastfeeding"]
    assert [stage_["percent"] for stage_ in opened["stages"]] == [50, 80, 100]
    assert (opened["found_by"]["rule_set"], opened["found_by"]["model"]) == ("rules-1", "model-1")
    await stage.submit(2, target=a_post(stage, "So dizzy."), text="It made me dizzy.")
    [other] = [each for each in await cases(stage) if each["quote"] == "So dizzy."]
    assert (other["country"], other["country_known"]) == ("DE", False)  # of receipt: the channel's
    assert (other["qualification"], other["qualification_known"]) == ("consumer", False)


async def test_a_worker_killed_midway_leaves_nothing_and_the_next_delivery_opens_one_case(stage: Stage) -> None:
    await stage.hear_person()
    working = stage.open_uow

    class Killed(Exception): ...

    async def killed(*_: Any) -> None:
        raise Killed

    uow = working()
    uow.commit = killed  # type: ignore[method-assign] - the process ends before its commit
    stage.open_uow = lambda: uow
    with pytest.raises(Killed):
        await stage.submit(text="A miracle, but dizzy.")
    stage.open_uow = working
    assert await cases(stage) == []
    assert (await stage.submit(text="A miracle, but dizzy.")).state == "blocked"
    assert len(await cases(stage)) == 1


async def test_a_submission_nobody_can_read_still_reaches_drug_safety_and_is_still_refused(stage: Stage) -> None:
    event = ActionSubmittedV1(
        action_id=stage.action,
        version=1,
        plan_id="plan-1",
        stakeholder_id=stage.person,
        snapshot={"type": 7, "target": {"nested": ["It made me dizzy."]}},
        snapshot_sha256="0" * 64,
        submitted_by="x",
        submitted_by_name="X",
        edited_by=(),
        submitted_at=stage.clock.now(),
    )
    handle = partial(submission.on_unreadable_submission, gate=stage.gate, open_uow=stage.open_uow)
    for _ in range(3):
        async with stage.open_uow() as uow:
            with pytest.raises(NotASnapshot):
                await handle(event, ENVELOPE, uow)
    [opened] = await cases(stage)
    assert opened["quote"] == "It made me dizzy."


async def test_a_report_in_a_version_that_is_not_judged_any_more_opens_a_case_all_the_same(stage: Stage) -> None:
    await stage.approved()
    await stage.release()
    await stage.redeem(await stage.permit())
    await stage.submit(2, inbound_text="Now I am dizzy.")
    assert (await stage.case()).state == "redeemed"
    assert len(await cases(stage)) == 1


async def test_a_withdrawn_action_leaves_its_safety_case(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit(inbound_text="I am dizzy.")
    await stage.withdraw()
    [opened] = await cases(stage)
    assert opened["state"] == "open"


async def test_a_post_with_an_open_case_is_left_alone_by_everybody_until_its_hand_over(stage: Stage) -> None:
    await stage.approved(target=a_post(stage))
    others_post = a_post(stage)
    author = new_id()
    await stage.capture(
        "So dizzy.", url=others_post["url"].replace("https://", "http://www."), author_stakeholder_id=author
    )
    held = await stage.case()
    assert (held.state, held.stored.stops) == ("paused", {"open_safety_case_of_post"})
    later = stage.action
    stage.action, stage.person = new_id(), new_id()
    await stage.hear_person()
    assert (await stage.submit(target=others_post)).state == "paused"
    [opened] = await stage.rows("SELECT * FROM safety_cases WHERE stakeholder_id = :id", id=author)
    await stage.hand_over(opened["safety_case_id"])
    assert (await stage.case()).state == "in_review"
    stage.action = later
    assert (await stage.case()).state == "approved"


@pytest.mark.parametrize("attempt", range(6))
async def test_a_capture_that_meets_a_vote_or_a_release_leaves_nothing_to_redeem(stage: Stage, attempt: int) -> None:
    await stage.hear_person()
    await stage.hear_engager()
    await stage.submit(target=a_post(stage))
    url = a_post(stage)["url"]
    if attempt % 3:
        await stage.vote()
        stage.clock.advance(timedelta(minutes=2))
    act = stage.release() if attempt % 3 else stage.vote()
    capture = stage.capture("So dizzy.", url=url, author_stakeholder_id=new_id())
    await asyncio.gather(*((act, capture) if attempt % 2 else (capture, act)), return_exceptions=True)
    assert (await stage.case()).state == "paused"
    permits = await stage.rows("SELECT state FROM permits WHERE action_id = :id", id=stage.action)
    assert {row["state"] for row in permits} <= {"stopped"}


async def test_a_question_about_an_own_medicine_goes_to_medical_information_once(stage: Stage) -> None:
    await stage.hear_person()
    question = "What is the right dose of Velorin?"
    case = await stage.submit(inbound_text=question)
    await stage.submit(2, inbound_text=question, text="Thank you for asking.")
    [opened] = await cases(stage, table="medical_information_cases")
    assert (opened["quote"], opened["products"], opened["topics"]) == (question, ["Velorin"], ["dose"])
    assert case.judgement is not None
    [told] = [each for each in case.judgement.findings if each.rule_id == "GATE-QUESTION"]
    assert str(opened["medical_information_case_id"]) in told.message
    case_id = str(opened["medical_information_case_id"])
    stage.clock.set(opened["due_at"])
    await stage.watch("medical_information")
    await stage.change("medical_information", case_id, lambda each, now: each.hand_over(now))
    await stage.change(
        "medical_information", case_id, lambda each, now: each.close("answered", now, reference="MI-1", reason=None)
    )
    kinds = [each.removeprefix("compliance.medical_information.") for each in await stage.outbox(case_id)]
    assert kinds == ["opened.v1", *["escalated.v1"] * 3, "handed_over.v1", "closed.v1"]
    assert await cases(stage) == []


async def test_a_captured_question_opens_a_case_and_holds_nobody(stage: Stage) -> None:
    await stage.approved()
    await stage.capture("@havelmark which dose of Velorin?")
    assert len(await cases(stage, f"post-1-{stage.person}", "medical_information_cases")) == 1
    assert (await stage.case()).state == "approved"


async def test_a_post_may_be_left_alone_until_the_case_is_closed(stage: Stage) -> None:
    stage.gate = replace(stage.gate, drug_safety=replace(stage.gate.drug_safety, hold_until="closed"))
    await stage.approved(target=a_post(stage))
    author = new_id()
    await stage.capture("So dizzy.", url=a_post(stage)["url"], author_stakeholder_id=author)
    [opened] = await stage.rows("SELECT * FROM safety_cases WHERE stakeholder_id = :id", id=author)
    case_id = str(opened["safety_case_id"])
    await stage.hand_over(case_id)
    assert (await stage.case()).state == "paused"
    await stage.change(
        "drug_safety", case_id, lambda each, now: each.close("duplicate", now, reference="PV-1", reason=None)
    )
    assert (await stage.case()).state == "approved"
    await stage.change("drug_safety", case_id, lambda each, now: each.reopen(now), "no duplicate")
    assert (await stage.case()).state == "paused"
