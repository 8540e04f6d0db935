"""A complaint is recorded and settled on the page of the person."""

from __future__ import annotations

from support.portal_builders import AUTHOR, PERSON, a_console, payload, problem

PLACE = f"/v1/stakeholders/{PERSON}/complaint"
COMPLAINED = {f"GET registry /v1/stakeholders/{PERSON}": {**payload("stakeholder"), "open_complaint": True}}


async def test_a_complaint_is_recorded_with_what_it_is_about():
    async with a_console({f"POST registry {PLACE}": {}}, scopes=AUTHOR) as browser:
        shown = await browser.get(f"/people/{PERSON}")
        page = await browser.submit(f"/people/{PERSON}/complaint", reason="wrote to the regulator")
        assert browser.last_body() == {"reason": "wrote to the regulator"}
    assert "Record the complaint" in shown.text
    assert page.response.headers["location"] == f"/people/{PERSON}?done=complaint"


async def test_an_open_complaint_is_shown_and_settled():
    answers = {**COMPLAINED, f"POST registry {PLACE}/settlement": {}}
    async with a_console(answers, scopes=AUTHOR) as browser:
        shown = await browser.get(f"/people/{PERSON}")
        page = await browser.submit(f"/people/{PERSON}/settlement", reason="apologised")
    assert "They have complained" in shown.text
    assert "Record the settlement" in shown.text
    assert page.response.headers["location"] == f"/people/{PERSON}?done=settlement"


async def test_whoever_may_not_write_reads_of_it_only_and_a_refusal_is_shown():
    async with a_console(COMPLAINED) as browser:
        shown = await browser.get(f"/people/{PERSON}")
    assert "They have complained" in shown.text
    assert "Record the settlement" not in shown.text
    refusal = {f"POST registry {PLACE}": problem(409, "invalid_transition", "a complaint is open already")}
    async with a_console(refusal, scopes=AUTHOR) as browser:
        page = await browser.submit(f"/people/{PERSON}/complaint", reason="again")
    assert (page.status, "a complaint is open already" in page.text) == (409, True)
