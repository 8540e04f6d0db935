"""Pre-approved wordings in the console: what they become, who signs them, and the samples of what went out."""

from __future__ import annotations

from typing import Any

from support.portal_builders import AUTHOR, WAITING, a_console, payload, problem, silence

WORDING: dict[str, Any] = payload("wordings")["items"][0]
SAMPLE: dict[str, Any] = payload("samples")["items"][0]
PLACE, PAGE = f"/v1/wordings/{WORDING['wording_id']}", f"/wordings/{WORDING['wording_id']}"
RELEASE = {"permit_id": "p", "action_id": WAITING, "edition": 1, "state": "redeemed", "sample": "failed"} | {
    "issued_at": "2026-11-21T09:00:00Z",
    "redeemed_at": None,
}
ANSWERS: dict[str, Any] = {
    "GET compliance /v1/wordings": {"items": [WORDING]},
    "GET compliance /v1/samples": {"items": [SAMPLE]},
    f"GET compliance {PLACE}": WORDING,
    f"GET compliance {PLACE}/releases": {"items": [RELEASE]},
}
AGAIN = problem(401, "reauthentication_required", "you signed in more than 5 minutes ago")


async def test_a_wording_shows_what_it_becomes_who_signed_and_what_went_out():
    async with a_console(ANSWERS) as browser:
        page = await browser.get(PAGE)
    for words in ("Thank you, Alex Muster, for your words on sleep.", "one of: sleep; nutrition", "Sam Ortega"):
        assert words in page.text
    assert "sample failed" in page.text


async def test_a_signature_is_bound_to_the_edition_that_was_shown():
    async with a_console({**ANSWERS, f"POST compliance {PLACE}/signatures": WORDING}) as browser:
        page = await browser.submit(f"{PAGE}/signatures", meaning="Approved", sha256=WORDING["sha256"], etag='"v2"')
        assert browser.last_body() == {"meaning": "Approved", "sha256": WORDING["sha256"]}
        (sent,) = [each for each in browser.sent if each.method == "POST"]
    assert sent.headers["if-match"] == '"v2"'
    assert page.response.headers["location"] == f"{PAGE}?done=signed"


async def test_an_old_sign_in_is_asked_to_prove_itself_anew():
    async with a_console({**ANSWERS, f"POST compliance {PLACE}/signatures": AGAIN}) as browser:
        page = await browser.submit(f"{PAGE}/signatures", meaning="Approved", sha256=WORDING["sha256"], etag='"v2"')
    assert page.response.headers["location"].startswith("/auth/sign-in?fresh=true")


async def test_samples_wait_on_the_first_page_and_are_decided_there():
    async with a_console({**ANSWERS, "POST compliance /v1/samples/decisions": {}}) as browser:
        shown = await browser.get("/wordings")
        assert SAMPLE["content"]["text"] in shown.text
        page = await browser.submit(
            "/wordings/samples/decisions", permit_id=SAMPLE["permit_id"], outcome="fail", reason="too promotional"
        )
        body = browser.last_body()
    assert (body["permit_ids"], body["outcome"], body["reason"]) == ([SAMPLE["permit_id"]], "fail", "too promotional")
    assert page.response.headers["location"] == "/wordings?done=fail"


async def test_a_refused_decision_is_told_and_nothing_is_recorded():
    refused = problem(403, "self_approval", "whoever wrote or changed this does not approve it")
    async with a_console({**ANSWERS, "POST compliance /v1/samples/decisions": refused}) as browser:
        page = await browser.submit("/wordings/samples/decisions", permit_id="p", outcome="pass", reason="seen")
    assert (page.status, "Nothing was recorded" in page.text) == (403, True)


async def test_samples_that_cannot_be_read_are_never_none():
    async with a_console({**ANSWERS, "GET compliance /v1/samples": silence}) as browser:
        page = await browser.get("/wordings")
    assert "None waits" not in page.text
    assert WORDING["content"]["name"] in page.text


async def test_whoever_may_not_review_does_not_sign():
    async with a_console(ANSWERS, scopes=AUTHOR) as browser:
        page = await browser.get(PAGE)
        samples = await browser.get("/wordings")
    assert "Sign in as a reviewer" in page.text
    assert "It is not right" not in samples.text
