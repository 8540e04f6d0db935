"""Rules in the console: read without YAML, compared, rehearsed, proposed by one and put in force by another."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from support.portal_builders import (
    AUTHOR,
    BLOCKED,
    REHEARSAL,
    RULES_IN_FORCE,
    RULES_PROPOSED,
    WAITING,
    a_console,
    payload,
    problem,
    silence,
)

PLACE = f"/rules/{RULES_PROPOSED}"
API = f"compliance /v1/rule-sets/{RULES_PROPOSED}"
DONE = {f"POST {API}/{step}": lambda _request: httpx.Response(204) for step in ("activation", "withdrawal")}


async def test_the_first_page_tells_whoever_keeps_the_rules_that_a_proposal_waits():
    async with a_console() as browser:
        page = await browser.get("/")
    assert "Rules wait for you. Proposed by noor.lead" in page.text
    assert any(link.get("href") == f"{PLACE}/difference" for link in page.all("a"))
    async with a_console(scopes=AUTHOR) as browser:
        assert "Rules wait for you" not in (await browser.get("/")).text


@pytest.mark.parametrize("path", ["/", "/rules"])
async def test_rules_of_a_release_and_stale_rules_are_told_loudly(path: str):
    release = payload("rule_sets")
    release["items"][1]["proposed_by"] = "system:compliance"
    stale = {**payload("rule_set_current"), "in_use": None}
    answers = {
        "GET compliance /v1/rule-sets?state=proposed": {"items": release["items"][1:2], "next_cursor": None},
        "GET compliance /v1/rule-sets/current": stale,
    }
    async with a_console(answers) as browser:
        page = await browser.get(path)
    assert "The software brought other rules than those in force." in page.text
    assert "Compliance does not judge by the rules in force." in page.text


async def test_while_nobody_can_tell_whether_rules_wait_the_first_page_says_so():
    async with a_console({"GET compliance /v1/rule-sets?state=proposed": silence}) as browser:
        page = await browser.get("/")
    assert "Whether rules wait for a decision: not known, compliance does not answer." in page.text


async def test_the_overview_shows_what_is_in_force_by_whom_and_why_what_waits_and_what_was():
    async with a_console() as browser:
        page = await browser.get("/rules")
    assert "put in force by this software itself: the first rule set of this installation" in page.text
    assert "unicorns, see policy 7" in page.text
    assert "our first own rules" in page.text
    assert "was in force" in page.text


async def test_a_rule_is_read_with_scope_message_clause_remedy_and_examples_in_words():
    async with a_console() as browser:
        page = await browser.get(f"{PLACE}?rule=PUB-02&text=unicorn")
    for said in (
        "PUB-02 Nothing that is meant to move prescriptions or sales",
        "No talk of unicorns",
        "“[the words]” is no evidence of [the company].",
        "What would pass: Leave out the unicorn.",
        "all actions, for everybody, to the public",
        "Company policy 7 (own policy, 2026-11-01)",
        "Words: A horse.",
        "Words: A unicorn. ; channel, country: DE",
        "Who looks: Compliance.",
    ):
        assert said in page.text, said
    assert "1 rule under 1 id." in page.text
    assert len([each for each in page.all("details") if each.get("class") == "rule"]) == 1


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("?rule=tov", "TOV-01", "PUB-02 Nothing"),
        ("?country=de", "No talk of unicorns", "PUB-10"),
        ("?country=us", "PUB-02", "No talk of unicorns"),
        ("?text=contract", "CON-01", "PUB-10"),
        ("", "PUB-10", "No rule of this version fits"),
        ("?rule=XYZ-99", "No rule of this version fits", "PUB-01"),
    ],
)
async def test_rules_are_found_by_id_words_and_country(query: str, there: str, gone: str):
    async with a_console() as browser:
        page = await browser.get(f"{PLACE}{query}")
    assert there in page.text
    assert gone not in page.text


async def test_rules_that_cannot_be_read_leave_the_rest_of_the_version():
    async with a_console({f"GET {API}/rules": silence}) as browser:
        page = await browser.get(PLACE)
    assert "The rules cannot be shown" in page.text
    assert "company/policy.yaml" in page.text


async def test_a_finding_leads_to_its_rule_in_the_rules_that_judged():
    case = payload("case_blocked")
    finding, rule_set = case["judgement"]["findings"][0]["rule_id"], case["judgement"]["rule_set"]
    async with a_console() as browser:
        page = await browser.get(f"/actions/{BLOCKED}")
    assert any(link.get("href") == f"/rules/{rule_set}?rule={finding}" for link in page.all("a"))


async def test_a_difference_is_counted_by_what_it_does():
    async with a_console() as browser:
        page = await browser.get(f"{PLACE}/difference")
    assert "0 weaker 0 to be read 1 stricter 0 wording only" in page.text
    assert "PUB-02 No talk of unicorns" in page.text


async def test_a_rehearsal_is_asked_for_shows_its_progress_and_leads_to_the_actions():
    running = {**payload("rule_set_rehearsal"), "state": "running", "done": 500, "summary": None, "changes": None}
    found = f"{PLACE}/rehearsals/{REHEARSAL}"
    async with a_console({f"POST {API}/rehearsals": running}) as browser:
        asked = await browser.submit(f"{PLACE}/rehearsals", actions="2000")
        assert browser.last_body() == {"actions": 2000}
        done = await browser.get(found)
        wrong = await browser.submit(f"{PLACE}/rehearsals", actions="many")
    async with a_console({f"GET {API}/rehearsals/{REHEARSAL}": running}) as browser:
        page = await browser.get(found)
    assert asked.response.headers["location"] == found
    assert wrong.status == 400
    assert (page.response.headers["refresh"], page.all("progress")[0]["value"]) == ("2", "500")
    assert "refresh" not in done.response.headers
    assert "3 of 2,000 decisions would have been others" in done.text
    assert any(link.get("href") == f"/actions/{WAITING}" for link in done.all("a"))


async def test_a_second_person_puts_rules_in_force_after_reading_with_a_reason():
    async with a_console(DONE) as browser:
        unread = await browser.submit(f"{PLACE}/activation", reason="agreed")
        unsaid = await browser.submit(f"{PLACE}/activation", reason=" ", confirmed="yes")
        assert all(request.method == "GET" for request in browser.sent)
        page = await browser.submit(f"{PLACE}/activation", reason="agreed", confirmed="yes")
        assert browser.last_body() == {"reason": "agreed"}
        back = await browser.submit(f"{PLACE}/withdrawal", reason="not now")
    assert (unread.status, unsaid.status) == (400, 400)
    assert "agreed" in unread.text
    assert page.response.headers["location"] == "/rules?done=activated"
    assert back.response.headers["location"] == "/rules?done=withdrawn"


@pytest.mark.parametrize(
    ("who", "scopes", "why"),
    [
        ("noor.lead", ("compliance:read", "compliance:rules"), "You proposed it. A second person"),
        ("jonas.comms", AUTHOR, "it lacks the scope compliance:rules"),
    ],
)
async def test_whoever_may_not_put_rules_in_force_reads_why_instead_of_a_button(
    who: str, scopes: tuple[str, ...], why: str
):
    async with a_console(subject=who, scopes=scopes) as browser:
        page = await browser.get(PLACE)
    assert why in page.text
    assert not any(form[0][1].get("action") == f"{PLACE}/activation" for form in page.forms)


async def test_a_refusal_of_the_gate_keeps_the_reason_that_was_written():
    refused = problem(403, "self_approval", "whoever proposed a rule set does not put it in force")
    async with a_console({f"POST {API}/activation": refused}) as browser:
        page = await browser.submit(f"{PLACE}/activation", reason="my reason", confirmed="yes")
    assert page.status == 403
    assert "self_approval" in page.text
    assert "my reason" in page.text


async def test_a_file_is_downloaded_as_it_was_proposed():
    body: dict[str, Any] = {"name": "company/policy.yaml", "text": "about: <b>Own policy.</b>\n"}
    async with a_console({f"GET {API}/files/company/policy.yaml": body}) as browser:
        page = await browser.get(f"{PLACE}/files/company/policy.yaml")
        outside = await browser.get(f"{PLACE}/files/..%2f..%2fcases")
    assert page.response.text == body["text"]
    assert page.response.headers["content-type"] == "text/plain; charset=utf-8"
    assert page.response.headers["content-disposition"] == 'attachment; filename="policy.yaml"'
    assert outside.status == 404


async def test_rules_that_judged_before_versions_were_kept_are_not_found_in_words():
    async with a_console() as browser:
        page = await browser.get(f"/rules/{'0' * 64}?rule=PUB-01")
    assert page.status == 404
    assert RULES_IN_FORCE not in page.text
