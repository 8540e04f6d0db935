from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from compliance.domain.hand_over import HandOverLimit
from shared.kernel.errors import InvalidTransition
from support.compliance_builders import a_target
from support.compliance_stage import Stage

pytestmark = pytest.mark.platform


async def open_safety_cases(stage: Stage) -> list[Any]:
    return await stage.rows(
        "SELECT * FROM safety_cases WHERE stakeholder_id = :id AND state IN ('open', 'acknowledged')", id=stage.person
    )


async def capture(stage: Stage, text: str, post_id: str = "post-1", *, media_text: str | None = None) -> None:
    await stage.capture(text, post_id, media_text=media_text)


@pytest.mark.parametrize("signal", ["opted_out", "do_not_engage", "open_complaint"])
async def test_a_stop_signal_pauses_every_queued_action_of_the_person_and_its_end_resumes_them(
    stage: Stage, signal: str
) -> None:
    await stage.approved()
    approved, stage.action = stage.action, stage.gate.new_id()
    await stage.submit()
    in_review = stage.action
    await stage.hear_person(2, **{signal: True})
    states = {row["action_id"]: row["state"] for row in await stage.rows("SELECT action_id, state FROM cases")}
    assert (states[approved], states[in_review]) == ("paused", "paused")
    with pytest.raises(InvalidTransition):
        await stage.vote()
    await stage.hear_person(3)
    states = {row["action_id"]: row["state"] for row in await stage.rows("SELECT action_id, state FROM cases")}
    assert (states[approved], states[in_review]) == ("approved", "in_review")


async def test_older_news_about_a_person_changes_nothing(stage: Stage) -> None:
    await stage.approved()
    await stage.hear_person(5, opted_out=True)
    await stage.hear_person(4)
    assert (await stage.case()).state == "paused"


async def test_a_changed_judged_fact_reopens_the_review(stage: Stage) -> None:
    await stage.approved()
    await stage.hear_person(2, type="hcp")
    case = await stage.case()
    assert (case.state, case.votes) == ("in_review", ())
    assert case.judgement is not None
    assert case.judgement.resolved["stakeholder"]["type"] == "hcp"


async def test_a_fact_changed_while_paused_is_not_forgotten_on_resuming(stage: Stage) -> None:
    await stage.approved()
    await stage.hear_person(2, opted_out=True, type="hcp")
    assert (await stage.case()).state == "paused"
    await stage.hear_person(3, type="hcp")
    case = await stage.case()
    assert (case.state, case.votes) == ("in_review", ())


async def test_an_erased_person_is_never_approached(stage: Stage) -> None:
    await stage.approved()
    await stage.forget_person(2)
    assert (await stage.case()).state == "voided"
    stage.action = stage.gate.new_id()
    assert (await stage.submit()).state == "paused"
    rows = await stage.rows("SELECT facts FROM people_view WHERE stakeholder_id = :id", id=stage.person)
    assert rows[0]["facts"] == {}


async def test_safety_text_in_an_action_opens_a_safety_case_whatever_the_verdict(stage: Stage) -> None:
    await stage.hear_person()
    case = await stage.submit(text="A miracle, though it made me dizzy.")
    assert case.state == "blocked"
    [opened] = await open_safety_cases(stage)
    assert opened["criteria"] == {"reporter": True, "patient": None, "product": None, "reaction": True}
    assert await stage.outbox(str(opened["safety_case_id"])) == ["compliance.safety.opened.v1"]


async def test_a_safety_case_holds_the_actions_of_the_person_until_it_is_handed_over(stage: Stage) -> None:
    await stage.approved()
    await capture(stage, "I felt dizzy after it.")
    await capture(stage, "I felt dizzy after it.")
    [opened] = await open_safety_cases(stage)
    assert (await stage.case()).state == "paused"
    await stage.hand_over(str(opened["safety_case_id"]))
    await stage.hand_over(str(opened["safety_case_id"]))
    assert await open_safety_cases(stage) == []
    assert (await stage.case()).state == "approved"
    assert (await stage.outbox(str(opened["safety_case_id"])))[-1] == "compliance.safety.handed_over.v1"


async def test_a_picture_that_reports_opens_a_safety_case_that_quotes_the_picture(stage: Stage) -> None:
    await stage.approved()
    await capture(stage, "Look at this.", media_text="On the picture: dizzy since Monday.")
    [opened] = await open_safety_cases(stage)
    assert opened["quote"] == "On the picture: dizzy since Monday."
    assert (await stage.case()).state == "paused"


async def test_a_safety_case_quotes_an_earlier_post_of_the_target(stage: Stage) -> None:
    await stage.hear_person()
    quiet = stage.gate.screen
    stage.gate = replace(
        stage.gate, screen=lambda snapshot, as_of: replace(quiet(snapshot, as_of), safety_handover=True)
    )
    await stage.submit(
        target={
            **a_target("All week."),
            "url": "https://mastodon.example/@lena/week",
            "recent_texts": ["Thank you all.", "I was dizzy all week."],
        }
    )
    [opened] = await open_safety_cases(stage)
    assert opened["quote"] == "I was dizzy all week."


async def test_one_safety_case_that_breaks_does_not_stop_the_clock_of_the_others(stage: Stage) -> None:
    for number in (1, 2):
        await capture(stage, f"Dizzy on day {number}, so dizzy.", f"post-{number}")
    opened = await open_safety_cases(stage)
    bad, good = (str(each["safety_case_id"]) for each in opened)
    stage.clock.set(max(each["due_at"] for each in opened))
    stage.break_next_transaction()

    await stage.watch_safety(bad, good)

    waiting = {str(each["safety_case_id"]): each["next_stage_at"] for each in await open_safety_cases(stage)}
    assert waiting[bad] is not None
    assert waiting[good] is None
    assert [about for about, _ in stage.failures] == [bad]


async def test_one_case_that_breaks_does_not_keep_the_others_from_expiring(stage: Stage) -> None:
    await stage.approved()
    bad, stage.action = stage.action, stage.gate.new_id()
    await stage.submit()
    stage.clock.advance(timedelta(hours=2))
    stage.break_next_transaction()

    await stage.expire(bad, stage.action)

    assert (await stage.case()).state == "expired"
    assert [about for about, _ in stage.failures] == [bad]
    await stage.expire(bad)
    stage.action = bad
    assert (await stage.case()).state == "expired"


async def test_an_ordinary_post_opens_nothing(stage: Stage) -> None:
    await stage.approved()
    await capture(stage, "Five pictures on sleep apnoea.")
    assert await open_safety_cases(stage) == []
    assert (await stage.case()).state == "approved"


async def test_a_safety_case_that_is_not_handed_over_in_time_says_so_once(stage: Stage) -> None:
    await capture(stage, "I felt dizzy after it.")
    [opened] = await open_safety_cases(stage)
    stage.clock.set(opened["due_at"])
    for _ in range(2):
        await stage.watch_safety()
    rows = await stage.rows(
        "SELECT what FROM ledger WHERE aggregate_id = :id ORDER BY sequence", id=opened["safety_case_id"]
    )
    assert [row["what"] for row in rows] == [
        "safety_case_opened",
        "safety_case_escalated",
        "safety_case_escalated",
        "safety_case_overdue",
    ]


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        (HandOverLimit(timezone="Europe/Berlin", hours=24), datetime(2026, 11, 21, 16, 40, tzinfo=UTC)),
        (HandOverLimit(timezone="Europe/Berlin", business_days=1), datetime(2026, 11, 23, 16, 40, tzinfo=UTC)),
    ],
)
def test_a_report_seen_on_friday_evening_is_due_by_the_companys_own_rule(limit: HandOverLimit, due: datetime) -> None:
    assert limit.due_at(datetime(2026, 11, 20, 16, 40, tzinfo=UTC)) == due
