from __future__ import annotations

from typing import Any

import httpx

from support.portal_builders import AUTHOR, RULES_IN_FORCE, RULES_PROPOSED, a_console, payload

PACK = "about: Own policy.\nrules:\n  - id: HAV-01\n"
NEW = "b" * 64
PROPOSE = "POST compliance /v1/rule-sets"
TAKEN = {PROPOSE: {"rule_set": NEW, "state": "proposed", "rules": 192}}
WRITTEN = {"name": "policy.yaml", "text": PACK, "note": "see policy 7", "base": RULES_IN_FORCE}


async def test_files_are_uploaded_and_proposed_with_a_note():
    async with a_console(TAKEN) as browser:
        files = {"policy.yaml": PACK.encode(), "own names.csv": b"x"}
        wrong = await browser.upload("/rules/proposal", files, note="see policy 7", base=RULES_IN_FORCE, step="propose")
        assert all(request.method == "GET" for request in browser.sent)
        files = {"policy.yaml": b"\xef\xbb\xbf" + PACK.encode(), "names.csv": b"name,since\n"}
        page = await browser.upload("/rules/proposal", files, note="see policy 7", base=RULES_IN_FORCE, step="propose")
        assert browser.last_body() == {
            "note": "see policy 7",
            "files": {"company/policy.yaml": PACK, "company/names.csv": "name,since\n"},
        }
    assert wrong.status == 400
    assert "“own names.csv” cannot be a file of a rule set." in wrong.text
    assert page.response.headers["location"] == f"/rules/{NEW}?done=proposed"


async def test_a_check_keeps_nothing_and_carries_the_text_on():
    checked: dict[str, Any] = {PROPOSE: {"rule_set": NEW, "state": None, "rules": 192}}
    async with a_console(checked) as browser:
        page = await browser.submit("/rules/proposal", **WRITTEN, step="check")
        assert browser.sent[-1].url.query == b"validate_only=true"
    assert page.status == 200
    assert "No mistake. With these files there are 192 rules" in page.text
    assert "HAV-01" in page.text
    assert any(each.get("value") == "company/policy.yaml" for each in page.all("input"))


async def test_every_mistake_is_shown_with_its_line_and_remedy():
    body = {
        "code": "rules_refused",
        "detail": "mistakes in these rules: 2; the rules in force stay as they are",
        "errors": [
            {"field": "company/policy.yaml:3", "message": "title is missing", "remedy": "name the rule"},
            {"field": "company/policy.yaml:3", "message": "the id is known <b>", "remedy": "take another"},
        ],
    }
    async with a_console({PROPOSE: lambda _request: httpx.Response(400, json=body)}) as browser:
        page = await browser.submit("/rules/proposal", **WRITTEN, step="check")
    assert page.status == 400
    for said in ("2 mistakes; nothing was kept", "company/policy.yaml:3", "- id: HAV-01", "name the rule", "known <b>"):
        assert said in page.text, said
    assert page.all("b") == []
    assert "see policy 7" in page.text


async def test_a_proposal_says_what_it_is_for_and_stands_on_the_rules_that_were_read():
    async with a_console(TAKEN) as browser:
        unsaid = await browser.submit("/rules/proposal", **{**WRITTEN, "note": " "}, step="propose")
        moved = await browser.submit("/rules/proposal", **{**WRITTEN, "base": "c" * 64}, step="propose")
        empty = await browser.submit("/rules/proposal", note="x", base=RULES_IN_FORCE, step="propose")
        unnamed = await browser.submit("/rules/proposal", **{**WRITTEN, "name": ""}, step="propose")
        assert all(request.method == "GET" for request in browser.sent)
    assert {each.status for each in (unsaid, moved, empty, unnamed)} == {400}
    assert "Say what the change is for" in unsaid.text
    assert "Other rules were put in force since you began." in moved.text
    assert "There is nothing to propose yet" in empty.text
    assert "Give each file you write a name and a text" in unnamed.text
    assert "HAV-01" in moved.text


async def test_a_file_in_force_is_changed_or_taken_out():
    text = {"name": "company/own.yaml", "text": PACK}
    place = f"GET compliance /v1/rule-sets/{RULES_IN_FORCE}/files/company/own.yaml"
    async with a_console({**TAKEN, place: text}) as browser:
        form = await browser.get("/rules/proposal?file=company/own.yaml")
        await browser.submit(
            "/rules/proposal", note="no longer", base=RULES_IN_FORCE, out="company/own.yaml", step="propose"
        )
        assert browser.last_body()["files"] == {"company/own.yaml": None}
        outside = await browser.get("/rules/proposal?file=company/../../cases.yaml")
    assert "HAV-01" in form.text
    assert "cannot be a file of a rule set" in outside.text


async def test_our_own_files_are_carried_onto_the_version_of_a_release():
    release = {**payload("rule_set_proposed"), "proposed_by": "system:compliance"}
    in_force = payload("rule_set_active")
    in_force["files"]["company/names.csv"] = 3_000_000
    answers = {
        **TAKEN,
        f"GET compliance /v1/rule-sets/{RULES_PROPOSED}": release,
        f"GET compliance /v1/rule-sets/{RULES_IN_FORCE}": in_force,
        f"GET compliance /v1/rule-sets/{RULES_IN_FORCE}/files/company/own.yaml": {
            "name": "company/own.yaml",
            "text": PACK,
        },
    }
    async with a_console(answers) as browser:
        version = await browser.get(f"/rules/{RULES_PROPOSED}")
        form = await browser.get(f"/rules/proposal?on={RULES_PROPOSED}")
        await browser.submit("/rules/proposal", **WRITTEN, on=RULES_PROPOSED, step="propose")
        assert browser.last_body()["base"] == RULES_PROPOSED
    assert any(link.get("href") == f"/rules/proposal?on={RULES_PROPOSED}" for link in version.all("a"))
    assert "HAV-01" in form.text
    assert "not of the rules in force" in form.text
    assert "upload it again or leave it out: company/names.csv." in form.text


async def test_a_large_list_can_be_uploaded_while_other_forms_stay_small():
    async with a_console(TAKEN) as browser:
        names = b"name,since\n" * 200_000
        page = await browser.upload("/rules/proposal", {"n.csv": names}, note="x", base=RULES_IN_FORCE, step="propose")
        assert len(browser.last_body()["files"]["company/n.csv"]) == len(names)
        small = await browser.submit("/try", text="x" * 400_000)
    assert page.status == 303
    assert small.status == 413


async def test_whoever_may_not_propose_reads_why_instead_of_a_form():
    async with a_console(scopes=AUTHOR) as browser:
        page = await browser.get("/rules/proposal")
    assert "it lacks the scope compliance:rules" in page.text
    assert page.all("textarea") == []
    assert (await _forged()).status == 403


async def _forged() -> Any:
    async with a_console(TAKEN) as browser:
        page = await browser.submit("/rules/proposal", csrf="forged", **WRITTEN, step="propose")
        assert browser.sent == []
        return page
