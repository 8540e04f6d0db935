"""Contracts and the disclosure preview in the console: what speaks against it first, and who may not agree."""

from __future__ import annotations

from typing import Any

import pytest

from support.portal_builders import REVIEWER, a_console, payload, problem, silence

WAITING: dict[str, Any] = payload("contracts")["items"][0]
PLACE = f"/v1/contracts/{WAITING['id']}"
PAGE = f"/money/contracts/{WAITING['id']}"
APPROVER = (*REVIEWER, "money:read", "money:approve")
ANSWERS: dict[str, Any] = {
    "GET compliance /v1/contracts": payload("contracts"),
    f"GET compliance {PLACE}": WAITING,
    f"GET compliance {PLACE}/objections": [],
    "GET compliance /v1/disclosure-runs/preview": payload("disclosure_stopped"),
}


async def test_contracts_are_listed_with_fee_and_state():
    async with a_console(ANSWERS, scopes=APPROVER) as browser:
        page = await browser.get("/money")
    assert "waits for a second person" in page.text
    assert "250.00 EUR an hour for 4 hours" in page.text


@pytest.mark.parametrize("answer", [silence, problem(403, "insufficient_scope", "the scope money:read is missing")])
async def test_contracts_that_cannot_be_read_are_never_none(answer: Any):
    async with a_console({**ANSWERS, "GET compliance /v1/contracts": answer}) as browser:
        page = await browser.get("/money")
    assert "cannot be shown" in page.text
    assert "no contract yet" not in page.text


async def test_a_contract_shows_what_speaks_against_it_with_rule_and_remedy():
    against = {**ANSWERS, f"GET compliance {PLACE}/objections": payload("contract_objections")}
    async with a_console(against, scopes=APPROVER) as browser:
        page = await browser.get(PAGE)
    for words in ("INF-02", "INF-06", "CON-02", "CON-05", "What would pass:"):
        assert words in page.text


async def test_objections_that_nobody_knows_are_not_no_objections():
    async with a_console({**ANSWERS, f"GET compliance {PLACE}/objections": silence}, scopes=APPROVER) as browser:
        page = await browser.get(PAGE)
    assert "What speaks against it: not known" in page.text
    assert "Nothing: need" not in page.text


async def test_whoever_wrote_it_reads_why_they_do_not_agree():
    async with a_console(ANSWERS, scopes=APPROVER, subject="mia.medical") as browser:
        page = await browser.get(PAGE)
    assert "You wrote or changed this contract" in page.text
    assert "Agree to this version" not in page.text
    async with a_console(ANSWERS) as browser:
        page = await browser.get(PAGE)
    assert "Agreeing needs the scope money:approve." in page.text


async def test_an_agreement_is_for_the_version_that_was_shown_and_says_why():
    answers = {**ANSWERS, f"POST compliance {PLACE}/agreement": {**WAITING, "state": "agreed"}}
    async with a_console(answers, scopes=APPROVER) as browser:
        page = await browser.submit(f"{PAGE}/agreement", version="2", reason="fits the need")
        sent = browser.sent[-1]
    assert (page.status, page.response.headers["location"]) == (303, f"{PAGE}?done=agreement")
    assert (sent.headers["if-match"], b"fits the need" in sent.content) == ('"v2"', True)


async def test_a_refused_agreement_shows_each_objection_and_changes_nothing():
    refused = problem(409, "contract_refused", "the contract cannot be agreed: CON-02: above the band")
    async with a_console({**ANSWERS, f"POST compliance {PLACE}/agreement": refused}, scopes=APPROVER) as browser:
        page = await browser.submit(f"{PAGE}/agreement", version="2", reason="ok")
    assert page.status == 409
    assert "Nothing was changed" in page.text
    assert "CON-02" in page.text


async def test_a_stopped_run_names_its_records_before_anything_else():
    async with a_console(ANSWERS, scopes=APPROVER) as browser:
        page = await browser.get("/money/disclosure?regime=efpia&country=fi&year=2026")
        asked = browser.sent[-1].url.params
    assert "A run stops until these records are complete." in page.text
    assert "What to do:" in page.text
    assert page.text.index("Problems") < page.text.index("What would be disclosed")
    assert (asked["country"], asked["year"]) == ("FI", "2026")


async def test_a_run_that_is_ready_shows_its_rows_without_empty_columns():
    ready = {**ANSWERS, "GET compliance /v1/disclosure-runs/preview": payload("disclosure_ready")}
    async with a_console(ready, scopes=APPROVER) as browser:
        page = await browser.get("/money/disclosure?regime=efpia&country=FI&year=2026")
    assert "A run would succeed now." in page.text
    assert "Dr Anna Virtanen" in page.text
    assert "Registration Fees" not in page.text


async def test_a_preview_that_is_refused_says_why():
    wrong = problem(422, "malformed", "country: String should match pattern")
    answers = {**ANSWERS, "GET compliance /v1/disclosure-runs/preview": wrong}
    async with a_console(answers, scopes=APPROVER) as browser:
        page = await browser.get("/money/disclosure?regime=efpia&country=&year=")
    assert "The preview cannot be shown" in page.text
