"""The console shows whom an override waits for, signs one, and lists them all."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.adapters.cookies import SignedCookies
from portal.application.override_view import override_view
from support.portal_builders import AUTHOR, BLOCKED, RECORDED_AT, SECRET, a_console, payload, problem

CASE = f"GET compliance /v1/cases/{BLOCKED}"
OVERRIDES = f"POST compliance /v1/cases/{BLOCKED}/overrides"
OPEN = {CASE: payload("case_overridable")}
HASH = payload("case_overridable")["content_sha256"]
FORM = {
    "override": "override",
    "rule": "SOC-04",
    "meaning": "The rule holds here.",
    "reason": "Asked & asked again.",
    "etag": '"v2"',
    "content_sha256": HASH,
}
AGAIN = problem(401, "reauthentication_required", "you signed in more than 5 minutes ago", "sign in again")


async def test_a_block_that_nobody_may_override_offers_no_override():
    async with a_console(roles=("signatory",)) as browser:
        page = await browser.get(f"/actions/{BLOCKED}")
    assert "Override of the block" not in page.text


async def test_a_block_that_may_be_overridden_says_whom_it_waits_for_and_why():
    async with a_console(OPEN, roles=("signatory",)) as browser:
        page = await browser.get(f"/actions/{BLOCKED}")
    assert "Mia Lindqvist agreed. One more person has to agree, medical or signatory." in page.text
    assert "She asked us in person to write again." in page.text
    (box,) = [each for each in page.all("input") if each.get("name") == "rule"]
    assert (box["value"], "checked" in box) == ("SOC-04", True)
    assert {"override", "refuse"} == {each["value"] for each in page.all("button") if each.get("name") == "override"}


@pytest.mark.parametrize(
    ("who", "said", "buttons"),
    [
        ({"roles": ("legal",)}, "It takes the role of medical or signatory", {"refuse"}),
        ({"subject": "mia.medical", "roles": ("medical",)}, "You have agreed. A second person has to.", {"refuse"}),
        ({"subject": "amira.medical", "roles": ("medical",)}, "You wrote or edited this.", set()),
        ({"scopes": AUTHOR, "roles": ("medical",)}, "it lacks the scope compliance:review", set()),
    ],
)
async def test_who_may_not_override_is_told_why(who: Any, said: str, buttons: set[str]):
    async with a_console(OPEN, **who) as browser:
        page = await browser.get(f"/actions/{BLOCKED}")
    assert said in page.text
    assert {each["value"] for each in page.all("button") if each.get("name") == "override"} == buttons


async def test_an_override_signs_exactly_the_rules_and_the_content_that_were_shown():
    answer = {"action_id": BLOCKED, "state": "in_review", "blocks": []}
    async with a_console({**OPEN, OVERRIDES: answer}, roles=("signatory",)) as browser:
        page = await browser.submit(f"/actions/{BLOCKED}/override", **FORM)
        sent, body = browser.sent[-1], browser.last_body()
        done = await browser.get(page.response.headers["location"])
    assert sent.headers["if-match"] == '"v2"'
    assert body == {
        "decision": "override",
        "rule_ids": ["SOC-04"],
        "meaning": "The rule holds here.",
        "reason": "Asked & asked again.",
        "content_sha256": HASH,
    }
    assert "Your override is signed and recorded." in done.text


async def test_a_no_names_no_rule():
    answer = {"action_id": BLOCKED, "state": "blocked", "blocks": []}
    async with a_console({**OPEN, OVERRIDES: answer}) as browser:
        await browser.submit(f"/actions/{BLOCKED}/override", **{**FORM, "override": "refuse"})
        body = browser.last_body()
    assert (body["decision"], "rule_ids" in body) == ("refuse", False)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": " "}, "Say why"),
        ({"rule": ""}, "Tick the rules"),
        ({"override": "perhaps"}, "Choose to override or to refuse."),
    ],
)
async def test_a_slip_is_said_and_nothing_is_sent(changes: dict[str, str], said: str):
    async with a_console(OPEN, roles=("signatory",)) as browser:
        page = await browser.submit(f"/actions/{BLOCKED}/override", **{**FORM, **changes})
        assert not any(request.method == "POST" and "overrides" in str(request.url) for request in browser.sent)
    assert page.status == 400
    assert said in page.text


async def test_a_refusal_keeps_the_form_and_shows_what_stands_now():
    stale = problem(409, "judged_again", "the action was judged again, and the answer is another one")
    async with a_console({**OPEN, OVERRIDES: stale}, roles=("signatory",)) as browser:
        page = await browser.submit(f"/actions/{BLOCKED}/override", **FORM)
    assert "This changed while you were reading" in page.text
    assert "Asked &amp; asked again." in page.response.text


async def test_a_form_from_elsewhere_overrides_nothing():
    async with a_console(OPEN) as browser:
        page = await browser.submit(f"/actions/{BLOCKED}/override", csrf="forged", **FORM)
        assert browser.sent == []
    assert page.status == 403


async def test_signing_in_again_keeps_the_override_and_no_address_tells_of_it():
    async with a_console({**OPEN, OVERRIDES: AGAIN}, roles=("signatory",)) as browser:
        asked = await browser.submit(f"/actions/{BLOCKED}/override", **FORM)
        location = asked.response.headers["location"]
        back = await browser.get(parse_qs(urlsplit(location).query)["next"][0])
    assert "Asked" not in location
    assert "Asked &amp; asked again." in back.response.text
    assert "Press Override" in back.text
    cookie = asked.response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert f"Path=/actions/{BLOCKED}" in cookie
    assert "Max-Age=600" in cookie


async def test_a_form_waits_only_for_the_one_who_filled_it_in_and_only_on_its_page():
    for subject, path in (("mia.medical", f"/actions/{BLOCKED}"), ("rosa.reviewer", "/actions/other")):
        form = {"reason": "Asked again.", "to_sign": "override", "path": path, "subject": subject}
        async with a_console(OPEN, roles=("signatory",)) as browser:
            browser.http.cookies.set("rapport_form", SignedCookies(SECRET).sign_form(form))
            assert "Asked again." not in (await browser.get(f"/actions/{BLOCKED}")).text


@pytest.mark.parametrize("cookie", ["forged", SignedCookies("another secret").sign_form({"reason": "x"})])
async def test_a_form_of_somebody_elses_making_is_not_read(cookie: str):
    async with a_console(OPEN) as browser:
        browser.http.cookies.set("rapport_form", cookie)
        page = await browser.get(f"/actions/{BLOCKED}")
    assert page.status == 200


async def test_a_reason_too_long_for_a_cookie_is_left_out_and_the_rest_is_kept():
    async with a_console({**OPEN, OVERRIDES: AGAIN}, roles=("signatory",)) as browser:
        asked = await browser.submit(f"/actions/{BLOCKED}/override", **{**FORM, "reason": secrets.token_hex(4_000)})
        back = await browser.get(f"/actions/{BLOCKED}")
    assert len(asked.response.headers["set-cookie"]) < 4_096
    assert "Press Override" in back.text


async def test_all_overrides_are_listed_with_rule_person_reason_and_moment():
    async with a_console() as browser:
        page = await browser.get("/overrides?since=2026-11-01&until=2026-11-22&rule=SOC-04")
        query = parse_qs(urlsplit(str(browser.sent[-1].url)).query)
    for said in ("SOC-04", "Mia Lindqvist", "She asked us in person to write again.", "22 Nov 2026, 06:58 UTC"):
        assert said in page.text
    assert "reason erased with the person" in page.text
    assert query["from"] == ["2026-11-01T00:00:00+00:00"]
    assert query["to"] == ["2026-11-23T00:00:00+00:00"]
    assert query["rule"] == ["SOC-04"]


@pytest.mark.parametrize("query", ["since=yesterday", "until=2026-02-30", "cursor=x&rule=%3Cb%3E"])
async def test_a_question_that_makes_no_sense_shows_a_page_all_the_same(query: str):
    async with a_console() as browser:
        page = await browser.get(f"/overrides?{query}")
    assert page.status == 200
    assert "<b>" not in page.response.text


def test_a_refused_override_and_a_slot_that_is_over_leave_nothing_to_sign():
    case = payload("case_overridable")
    me: Any = {"subject": "sol", "scopes": ("compliance:review",), "roles": ("signatory",), "now": RECORDED_AT}
    no = {**case["overrides"][0], "decision": "refuse", "rule_ids": []}
    refused = override_view({**case, "overrides": [no]}, **me)
    assert refused is not None
    assert (refused.rules, refused.may_refuse) == ((), False)
    over = override_view({**case, "slot_end": "2026-11-22T00:00:00Z"}, **me)
    assert over is not None
    assert (over.rules, over.may_refuse) == ((), False)
    assert override_view({**case, "state": "in_review"}, **me) is not None
    assert override_view({**case, "overrides": [], "state": "in_review"}, **me) is None
