"""The page of a plan: what the screen marked, what would pass, and who may submit or approve."""

from __future__ import annotations

from typing import Any

from support.portal_builders import AUTHOR, a_console, payload, problem

PLAN: dict[str, Any] = payload("plans")["items"][0]
PLACE = f"/v1/plans/{PLAN['id']}"
REVIEWER = ("planner:read", "compliance:read", "compliance:review")


def as_it_is(**changes: Any) -> dict[str, Any]:
    return {f"GET planner {PLACE}": {**PLAN, **changes}}


async def test_a_blocked_plan_shows_the_marked_words_the_rule_and_what_would_pass():
    async with a_console(scopes=AUTHOR) as browser:
        page = await browser.get(f"/plans/{PLAN['id']}")
    assert len(page.all("mark")) == 1
    assert "Sales" in page.text
    assert "PUB-02" in page.text
    assert "What would pass:" in page.text
    assert "Ranking confirmed by jonas.comms." in page.text
    assert "Approve this version" not in page.text


async def test_what_a_plan_does_not_say_is_shown_as_not_known():
    silent = as_it_is(purpose=None, kpis=None, tiering=None, answer=None, state="draft")
    async with a_console(silent, scopes=AUTHOR) as browser:
        page = await browser.get(f"/plans/{PLAN['id']}")
    for what in ("What it is for", "What it is measured by", "Whether people are ranked"):
        assert f"{what}: not known." in page.text
    assert "Submit to the screen" in page.text


async def test_a_submission_is_for_the_version_that_was_shown():
    async with a_console({f"POST planner {PLACE}/submission": {**PLAN, "state": "submitted"}}) as browser:
        page = await browser.submit(f"/plans/{PLAN['id']}/submission", version="3")
        sent = browser.sent[-1]
    assert (page.status, page.response.headers["location"]) == (303, f"/plans/{PLAN['id']}?done=submission")
    assert sent.headers["if-match"] == '"v3"'


async def test_a_second_person_sees_the_button_and_the_author_why_not():
    waits = as_it_is(state="in_review", answer={**PLAN["answer"], "verdict": "pass", "findings": []})
    async with a_console(waits, scopes=REVIEWER) as browser:
        page = await browser.get(f"/plans/{PLAN['id']}")
    assert "Approve this version" in page.text
    async with a_console(waits, scopes=REVIEWER, subject="jonas.comms") as browser:
        page = await browser.get(f"/plans/{PLAN['id']}")
    assert "Approve this version" not in page.text
    assert "You wrote or edited this plan" in page.text


async def test_a_plan_that_other_rules_look_at_says_so_and_is_not_approved_meanwhile():
    answer = {**PLAN["answer"], "verdict": "pass", "findings": [], "version": 2}
    asked = as_it_is(state="in_review", answer=answer, submission={"version": 4})
    async with a_console(asked, scopes=REVIEWER) as browser:
        page = await browser.get(f"/plans/{PLAN['id']}")
    assert "The rules changed: the screen is asked again" in page.text
    assert "has not answered by the new ones yet" in page.text
    assert "Approve this version" not in page.text
    answered = as_it_is(state="in_review", answer={**answer, "version": 4}, submission={"version": 4})
    async with a_console(answered, scopes=REVIEWER) as browser:
        page = await browser.get(f"/plans/{PLAN['id']}")
    assert "The rules changed" not in page.text
    assert "Approve this version" in page.text


async def test_a_refused_approval_is_shown_with_its_remedy():
    refused = problem(409, "plan_blocked", "the screen blocks this plan: PUB-02", "change what is marked")
    async with a_console({f"POST planner {PLACE}/approval": refused}, scopes=REVIEWER) as browser:
        page = await browser.submit(f"/plans/{PLAN['id']}/approval", version="3")
    assert page.status == 409
    assert "the screen blocks this plan: PUB-02" in page.text
    assert "change what is marked" in page.text
