"""A page says "not known" where it does not know, and never "nothing"."""

from __future__ import annotations

from typing import Any

import pytest

from support.portal_builders import AUTHOR, PERSON, WAITING, a_console, payload, problem, recorded, silence


async def test_no_card_of_the_first_page_says_nothing_while_compliance_is_down():
    down = {key: silence for key in recorded() if " compliance " in key}
    async with a_console(down) as browser:
        page = await browser.get("/")
    assert page.text.count("not known, compliance does not answer") == 6
    for said in ("Nothing waits", "Nothing is blocked"):
        assert said not in page.text


async def test_posts_of_an_account_nobody_observed_are_not_known():
    footprint = payload("footprint")
    footprint |= {"activity": "present_inactive", "own_posts": 0}
    footprint["channels"][0] |= {"observed": False, "posts": 0, "last_post_at": None}
    async with a_console({f"GET audit /v1/footprints/{PERSON}": footprint}) as browser:
        page = await browser.get(f"/people/{PERSON}")
    assert "nothing of their accounts was ever captured" in page.text
    assert page.text.count("not known") >= 3
    assert "0 own posts" not in page.text


async def test_a_ledger_that_is_silent_is_not_said_to_be_forbidden():
    async with a_console({"GET compliance /v1/ledger": silence}) as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert "The ledger is shown to people with the scope" not in page.text


async def test_the_queue_says_for_whom_an_action_is_even_by_id():
    case = payload("cases_in_review")["items"][0]
    person = f"GET registry /v1/stakeholders/{case['stakeholder_id']}"
    async with a_console() as browser:
        named = await browser.get("/queue")
    async with a_console({person: silence}) as browser:
        silent = await browser.get("/queue")
    assert f"for {payload('stakeholder')['name']}" in named.text
    assert f"for {case['stakeholder_id']}" in silent.text


async def test_the_same_words_in_a_post_and_in_an_action_name_each_other():
    async with a_console() as browser:
        page = await browser.get("/safety")
    assert page.text.count("The same words were also found in a planned action") == 1
    assert page.text.count("The same words were also found in a captured post") == 1


async def test_the_targets_address_opens_elsewhere_and_only_on_the_web():
    case, nasty = payload("case_in_review"), payload("case_in_review")
    url = case["judgement"]["resolved"]["target"]["url"]
    nasty["judgement"]["resolved"]["target"]["url"] = "javascript:alert(1)"
    async with a_console({f"GET compliance /v1/cases/{WAITING}": nasty}) as browser:
        refused = await browser.get(f"/actions/{WAITING}")
    async with a_console() as browser:
        page = await browser.get(f"/actions/{WAITING}")
    (link,) = [each for each in page.all("a") if each.get("href") == url]
    assert (link["target"], link["rel"]) == ("_blank", "noopener noreferrer")
    assert "javascript:alert(1)" in refused.text
    assert not [each for each in refused.all("a") if (each.get("href") or "").startswith("javascript")]


async def test_an_author_cannot_say_unchanged_and_reads_why():
    async with a_console(scopes=AUTHOR, subject="jonas.comms") as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert "so you do not confirm its target" in page.text
    assert "unchanged" not in [each.get("value") for each in page.all("option")]


@pytest.mark.parametrize("fields", [{"type": "bribe"}, {"platform": "myspace"}])
async def test_a_choice_that_is_none_is_refused_with_words_and_not_screened(fields: dict[str, str]):
    async with a_console() as browser:
        page = await browser.submit("/try", text="Hello", **fields)
        assert browser.sent == []
    assert page.status == 400
    assert "Choose one of:" in page.text


async def test_a_rubbish_cursor_is_answered_in_plain_words():
    def refuse(request: Any) -> Any:
        answer = problem(422, "malformed", "cursor is not one of ours", "send next_cursor unchanged")(request)
        body = {**answer.json(), "errors": [{"field": "cursor", "message": "cursor is not one of ours"}]}
        return type(answer)(422, json=body)

    async with a_console({"GET compliance /v1/cases?state=in_review": refuse}) as browser:
        page = await browser.get("/queue?cursor=rubbish")
    assert "Start again at the first page of the list." in page.text
    assert "next_cursor" not in page.text


async def test_characters_no_name_has_are_refused_before_anybody_is_asked():
    async with a_console() as browser:
        page = await browser.get("/people?q=a%00b")
        assert browser.sent == []
    assert page.status == 400
    assert "Type the name again." in page.text


async def test_there_is_an_icon():
    async with a_console() as browser:
        asked = await browser.get("/favicon.ico")
        icon = await browser.http.get(asked.response.headers["location"])
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")
