from __future__ import annotations

import httpx

from support.portal_builders import AUTHOR, WAITING, a_console, payload, problem

PACK = f"GET compliance /v1/cases/{WAITING}/evidence-pack"
ADDRESS = f"/actions/{WAITING}/evidence-pack"


async def test_whoever_may_read_the_ledger_gets_the_evidence_pack_by_a_button():
    async with a_console({PACK: lambda _request: httpx.Response(200, text="<!doctype html>the pack")}) as browser:
        page = await browser.get(f"/actions/{WAITING}")
        assert [link for link in page.all("a") if link.get("href") == ADDRESS]
        got = (await browser.get(ADDRESS)).response
    assert got.text == "<!doctype html>the pack"
    assert got.headers["content-disposition"] == f'attachment; filename="evidence-{WAITING}.html"'


async def test_whoever_may_not_sees_no_button():
    async with a_console(scopes=AUTHOR) as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert not [link for link in page.all("a") if link.get("href") == ADDRESS]


async def test_a_pack_that_cannot_be_proved_yet_says_when_to_ask_again():
    refusal = problem(503, "not_proven_yet", "the newest change is not signed yet", "ask again in a minute")
    async with a_console({PACK: refusal}) as browser:
        page = await browser.get(ADDRESS)
    assert page.status == 503
    assert "the newest change is not signed yet" in page.text
    assert "ask again in a minute" in page.text.lower()


async def test_the_page_of_an_erased_person_says_so():
    case = payload("case_in_review")
    ours = {"action_id", "type", "channel", "actor", "company", "scheduled_for"}
    bare = {name: value if name in ours else None for name, value in case["snapshot"].items()}
    judgement = {**case["judgement"], "resolved": bare}
    erased = {**case, "snapshot": bare, "judgement": judgement, "erased_at": "2026-11-22T09:00:00Z"}
    async with a_console({f"GET compliance /v1/cases/{WAITING}": erased}) as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert page.status == 200
    assert "The person was erased" in page.text
