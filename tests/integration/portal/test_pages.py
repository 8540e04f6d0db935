from __future__ import annotations

import pytest

from support.portal_builders import (
    AUTHOR,
    BLOCKED,
    PERSON,
    QUESTION,
    REHEARSAL,
    RULES_IN_FORCE,
    RULES_PROPOSED,
    SAFETY_CASE,
    WAITING,
    Page,
    a_console,
    payload,
    problem,
    silence,
)

PLAN = payload("plans")["items"][0]["id"]
PAGES = (
    "/",
    "/queue",
    f"/actions/{WAITING}",
    f"/actions/{BLOCKED}",
    "/people",
    f"/people/{PERSON}",
    "/plans",
    "/safety",
    f"/safety/{SAFETY_CASE}",
    "/medical-information",
    f"/medical-information/{QUESTION}",
    "/rules",
    f"/rules/{RULES_IN_FORCE}",
    f"/rules/{RULES_PROPOSED}",
    f"/rules/{RULES_PROPOSED}/difference",
    f"/rules/{RULES_PROPOSED}/rehearsals/{REHEARSAL}",
    "/rules/proposal",
)


def fields(page: Page) -> list[dict[str, str | None]]:
    shown = [each for each in page.all("input") if each.get("type") != "hidden"]
    return shown + page.all("textarea") + page.all("select")


@pytest.mark.parametrize("path", [*PAGES, f"/plans/{PLAN}"])
async def test_every_page_can_be_used_by_keyboard_and_read_aloud(path: str):
    async with a_console() as browser:
        page = await browser.get(path)
    assert page.status == 200
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("h1")) == 1
    assert any(link.get("href") == "#content" for link in page.all("a"))
    for field in fields(page):
        assert field.get("id") in page.labelled or field.get("in-label"), field
    ids = [each["id"] for _, each in page.elements if each.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES)
async def test_every_form_that_changes_something_carries_the_sessions_secret(path: str):
    async with a_console(scopes=(*AUTHOR, "compliance:review")) as browser:
        page = await browser.get(path)
    changing = [form for form in page.forms if form[0][1].get("method") == "post"]
    assert changing
    for form in changing:
        assert any(tag == "input" and each.get("name") == "csrf_token" for tag, each in form)


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_needs_a_script_or_holds_one_inline(path: str):
    async with a_console() as browser:
        page = await browser.get(path)
    assert [script["src"] for script in page.all("script")] == ["/static/keys.js"]
    assert page.all("style") == []
    for _, attributes in page.elements:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
    policy = page.response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.response.headers["cache-control"] == "no-store"


async def test_the_first_page_shows_one_of_each_and_the_box():
    async with a_console() as browser:
        page = await browser.get("/")
    assert "A practice newsletter that answers the everyday questions first." in page.text
    assert "What would pass: Leave out the medicine or the disease" in page.text
    assert "Since my uncle started Velorin" in page.text
    assert any(each.get("id") == "sentence" for each in page.all("textarea"))
    assert any(each.get("value") == "I work for Havelmark Pharma." for each in page.all("input"))


async def test_the_first_page_says_what_is_overdue_and_what_somebody_looks_at():
    (case, *_), (question, *_) = (payload(name)["items"] for name in ("safety_cases", "medical_information_cases"))
    answers = {
        "GET compliance /v1/safety-cases?state=waiting": {"items": [{**case, "overdue": True}]},
        "GET compliance /v1/medical-information-cases?state=waiting": {
            "items": [{**question, "overdue": False, "state": "acknowledged"}]
        },
    }
    async with a_console(answers) as browser:
        text = (await browser.get("/")).text
    assert "overdue seen in" in text
    assert "acknowledged seen in" in text


async def test_an_action_shows_words_target_findings_facts_slot_and_history_on_one_page():
    async with a_console() as browser:
        page = await browser.get(f"/actions/{BLOCKED}")
        waiting = await browser.get(f"/actions/{WAITING}")
    assert page.marks() == ["Velorin in type 2 diabetes"]
    assert "Leave out the medicine or the disease" in page.text
    assert "There is nothing to decide: it is blocked by a rule." in page.text
    assert "disabled" in next(attributes for tag, attributes in page.elements if tag == "fieldset")
    for said in (
        "Dr Kwame Adjei",
        "Jonas Weber",
        "the slot opens in 1 day 23 h",
        "waiting for a decision, by the gate",
    ):
        assert said in waiting.text
    assert "nobody has looked since it was captured" in waiting.text
    assert "disabled" not in next(attributes for tag, attributes in waiting.elements if tag == "fieldset")


async def test_whoever_may_not_review_sees_why_and_cannot_press_the_buttons():
    async with a_console(scopes=AUTHOR, subject="jonas.comms") as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert "lacks the scope compliance:review" in page.text
    assert "You submitted this." in page.text
    assert "disabled" in next(attributes for tag, attributes in page.elements if tag == "fieldset")
    assert "The ledger is shown to people with the scope ledger:read." in page.text


async def test_an_author_is_shown_no_case_of_a_desk_and_reads_who_is():
    refused = problem(403, "insufficient_scope", "this needs the scope safety:read", "use an account that has it")
    async with a_console({"GET compliance /v1/safety-cases": refused}, scopes=AUTHOR, subject="jonas.comms") as browser:
        start = await browser.get("/")
        asked = [request.url.path for request in browser.sent]
        queue = await browser.get("/safety")
    assert not [path for path in asked if "safety" in path or "information" in path]
    for scope in ("safety:read", "medical_information:read"):
        assert f"are shown to people with the scope {scope}." in start.text
    assert "cannot be shown" not in start.text
    assert "The cases cannot be shown" in queue.text
    assert "use an account that has it" in queue.text


@pytest.mark.parametrize("service", ["registry", "audit", "planner"])
async def test_a_service_that_is_down_leaves_the_rest_of_the_action_readable(service: str):
    async with a_console({f"* {service}": silence, **dead(service)}) as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert page.status == 200
    assert "A practice newsletter that answers the everyday questions first." in page.text
    if service != "planner":
        assert f"What {service} knows cannot be shown." in page.text
        assert f"The service {service} does not answer." in page.text


def dead(service: str) -> dict[str, object]:
    from support.portal_builders import recorded  # noqa: PLC0415 - a fresh copy per call

    return {key: silence for key in recorded() if f" {service} " in key}


async def test_a_person_is_not_said_to_be_free_to_approach_while_nobody_can_tell():
    async with a_console({f"GET registry /v1/stakeholders/{PERSON}/permission": silence, **dead("audit")}) as browser:
        page = await browser.get(f"/people/{PERSON}")
    assert page.status == 200
    assert "Not known at this moment; that counts as no." in page.text
    assert "Not available at this moment." in page.text


@pytest.mark.parametrize("path", ["/queue", "/people", "/plans", "/safety", "/"])
async def test_with_every_service_down_each_page_says_so_with_a_remedy(path: str):
    down = {
        key: value for service in ("registry", "audit", "planner", "compliance") for key, value in dead(service).items()
    }
    async with a_console(down) as browser:
        page = await browser.get(path)
    assert page.status == 200
    assert "does not answer." in page.text
    assert "Try again in a moment." in page.text


@pytest.mark.parametrize("path", [f"/people/{PERSON}", f"/actions/{WAITING}"])
async def test_a_page_that_is_all_about_a_missing_service_is_an_error_with_words(path: str):
    down = {**dead("registry"), **dead("compliance"), **dead("planner")}
    async with a_console(down) as browser:
        page = await browser.get(path)
    assert (page.status, page.text.count("A service does not answer") > 0) == (503, True)


@pytest.mark.parametrize("path", ["/nothing", "/actions/nonsense", "/people/01900000-0000-7000-8000-0000000000ff"])
async def test_what_is_not_there_is_a_page_not_a_crash(path: str):
    async with a_console() as browser:
        page = await browser.get(path)
    assert page.status == 404
    assert "Go back to the start page" in page.text


async def test_words_of_other_people_are_never_markup():
    nasty = '<script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="x'
    case = payload("case_in_review")
    case["judgement"]["resolved"]["text"] = nasty
    case["judgement"]["resolved"]["target"]["text"] = nasty
    person = {**payload("stakeholder"), "name": nasty}
    answers = {f"GET compliance /v1/cases/{WAITING}": case, f"GET registry /v1/stakeholders/{PERSON}": person}
    async with a_console(answers) as browser:
        pages = [await browser.get(f"/actions/{WAITING}"), await browser.get(f"/people/{PERSON}")]
    for page in pages:
        assert len(page.all("script")) == 1
        assert page.all("img") == []
        assert not any("onmouseover" in attributes for _, attributes in page.elements)


async def test_an_answer_nobody_expected_is_a_page_with_a_reference():
    async with a_console({"GET compliance /v1/cases": {"items": [{"surprise": True}]}}) as browser:
        page = await browser.get("/queue?state=all")
    assert page.status == 500
    assert page.response.headers["x-correlation-id"] in page.text
    assert "surprise" not in page.text


async def test_a_planned_action_without_a_case_shows_its_draft():
    missing = problem(404, "not_found", "there is no case")
    async with a_console({f"GET compliance /v1/cases/{WAITING}": missing}) as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert page.status == 200
    assert "The gate has no case of this action" in page.text
