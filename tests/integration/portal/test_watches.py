"""What is under watch in the console: overdue looks, what was seen, and the end."""

from __future__ import annotations

from typing import Any

from support.portal_builders import AUTHOR, WAITING, a_console, payload, problem, silence

WATCH: dict[str, Any] = {**payload("watches")["items"][0], "action_id": WAITING}
PLACE, PAGE = f"/v1/watches/{WAITING}", f"/aftercare/watches/{WAITING}"
ANSWERS: dict[str, Any] = {
    "GET compliance /v1/watches?state=open": {"items": [WATCH]},
    "GET compliance /v1/watches": {"items": [WATCH]},
    f"GET compliance {PLACE}": WATCH,
}


async def test_overdue_looks_are_listed_by_what_nobody_has_looked_at():
    async with a_console(ANSWERS) as browser:
        for address in ("/aftercare/watches", "/aftercare/watches?show=overdue"):
            assert "overdue: safety" in (await browser.get(address)).text


async def test_watches_that_cannot_be_read_are_never_none():
    async with a_console({"GET compliance /v1/watches?state=open": silence}) as browser:
        page = await browser.get("/aftercare/watches")
    assert "cannot be shown" in page.text
    assert "There is none" not in page.text


async def test_a_watch_shows_who_looked_and_what_they_saw():
    async with a_console(ANSWERS) as browser:
        page = await browser.get(PAGE)
    assert "two friendly replies" in page.text
    assert "rosa.reviewer" in page.text


async def test_a_look_is_recorded_with_what_was_seen():
    async with a_console({**ANSWERS, f"POST compliance {PLACE}/looks": {}}) as browser:
        page = await browser.submit(f"{PAGE}/looks", what="safety", reason="nothing reported")
        assert browser.last_body() == {"what": "safety", "reason": "nothing reported"}
    assert page.response.headers["location"] == f"{PAGE}?done=looks"


async def test_an_end_that_comes_too_early_says_what_is_missing():
    early = problem(409, "invalid_transition", "it is watched until 2026-12-21")
    async with a_console({**ANSWERS, f"POST compliance {PLACE}/closing": early}) as browser:
        page = await browser.submit(f"{PAGE}/closing", reason="done", etag='"v3"')
        (sent,) = [each for each in browser.sent if each.method == "POST"]
    assert sent.headers["if-match"] == '"v3"'
    assert (page.status, "it is watched until" in page.text) == (409, True)


async def test_whoever_may_not_review_only_reads():
    async with a_console(ANSWERS, scopes=AUTHOR) as browser:
        page = await browser.get(PAGE)
    assert "End the watch" not in page.text
