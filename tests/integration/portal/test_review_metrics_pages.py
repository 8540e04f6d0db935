"""What reviews took, when a decision is due, and how often an action went round, in the console."""

from __future__ import annotations

import json

import httpx

from support.portal_builders import WAITING, a_console, payload, problem


async def test_the_queue_says_when_a_decision_is_due_and_what_went_round_before():
    listed = payload("cases_in_review")
    listed["items"][0] |= {"circulation": 2, "overdue": True, "due_at": "2026-11-22T06:00:00Z"}
    async with a_console({"GET compliance /v1/cases?state=in_review": listed}) as browser:
        page = await browser.get("/queue")
    assert "overdue for 1 h" in page.text
    assert "circulation 2" in page.text


async def test_the_queue_can_show_what_waits_for_me_and_what_is_overdue():
    async with a_console() as browser:
        mine, overdue = await browser.get("/queue?only=waiting"), await browser.get("/queue?only=overdue")
        asked = [dict(request.url.params) for request in browser.sent if request.url.path == "/v1/cases"]
    assert (mine.status, overdue.status) == (200, 200)
    assert [each.get("waiting_for") for each in asked] == ["me", None]
    assert [each.get("overdue") for each in asked] == [None, "true"]
    assert "to be decided in" in mine.text


async def test_the_page_of_a_case_tells_its_circulations_and_who_was_told():
    async with a_console() as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert "changes requested" in page.text
    assert "told: head of compliance" in page.text


async def test_circulations_that_cannot_be_read_are_not_known():
    gone = problem(503, "unavailable", "the database is away")
    async with a_console({f"GET compliance /v1/cases/{WAITING}/circulations": gone}) as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert page.status == 200
    assert "Not known at this moment." in page.text


async def test_metrics_are_a_table_with_bars_and_their_definitions_and_name_nobody():
    async with a_console() as browser:
        page = await browser.get("/queue/metrics?by=team&first=2026-08-24&last=2026-11-22")
        asked = next(dict(each.url.params) for each in browser.sent if each.url.path == "/v1/review-metrics")
    assert asked == {"by": "team", "from": "2026-08-24", "to": "2026-11-22"}
    for words in ("First Pass Approval", "70 % (7 of 10)", "communications", "nothing was approved", "not known"):
        assert words in page.text
    assert "From the first submission of the action to its approval." in page.text
    assert [each for tag, each in page.elements if tag == "progress"]
    assert not [tag for tag, each in page.elements if "style" in each]
    assert "rosa" not in json.dumps(payload("review_metrics"))


async def test_metrics_can_be_downloaded():
    def file(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="team,approved\r\nall,10\r\n", headers={"Content-Type": "text/csv"})

    async with a_console({"GET compliance /v1/review-metrics/file": file}) as browser:
        page = await browser.get("/queue/metrics/file?by=month&first=2026-08-24&last=2026-11-22")
        asked = dict(browser.sent[-1].url.params)
    assert page.response.text == "team,approved\r\nall,10\r\n"
    assert asked == {"by": "month", "from": "2026-08-24", "to": "2026-11-22"}


async def test_a_period_that_is_refused_is_explained():
    refused = problem(422, "malformed", "from is after to")
    async with a_console({"GET compliance /v1/review-metrics": refused}) as browser:
        page = await browser.get("/queue/metrics?first=2026-12-01&last=2026-11-01")
    assert page.status == 422
    assert "from is after to" in page.text
