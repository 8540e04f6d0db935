"""Take-downs in the console: what is due, the proof, and the second person."""

from __future__ import annotations

from typing import Any

from support.portal_builders import AUTHOR, WAITING, a_console, payload, problem, silence

TASK: dict[str, Any] = payload("take_downs")["items"][0]
PLACE = f"/v1/take-downs/{WAITING}"
PAGE = f"/aftercare/take-downs/{WAITING}"


def showing(**changes: Any) -> dict[str, Any]:
    task = {**TASK, "action_id": WAITING, **changes}
    return {f"GET compliance {PLACE}": task, "GET compliance /v1/take-downs?state=open": {"items": [task]}}


async def test_what_is_due_is_listed_with_whom_was_asked():
    async with a_console(showing(overdue=True)) as browser:
        page = await browser.get("/aftercare")
    assert "overdue" in page.text
    assert "community.desk" in page.text


async def test_take_downs_that_cannot_be_read_are_never_none():
    async with a_console({"GET compliance /v1/take-downs?state=open": silence}) as browser:
        page = await browser.get("/aftercare")
    assert "cannot be shown" in page.text
    assert "There is none" not in page.text


async def test_a_proof_is_recorded_under_its_own_name():
    async with a_console({**showing(), f"POST compliance {PLACE}/done": {}}) as browser:
        page = await browser.submit(f"{PAGE}/done", kind="screenshot", proof="c" * 64, reason="deleted", etag='"v1"')
        assert browser.last_body() == {"kind": "screenshot", "sha256": "c" * 64, "reason": "deleted"}
        assert browser.sent[-1].headers["if-match"] == '"v1"'
    assert page.response.headers["location"] == f"{PAGE}?done=done"


async def test_whoever_answered_reads_that_somebody_else_confirms():
    answer = {"by": "rosa.reviewer", "at": "2026-11-22T09:00:00Z", "proof": None, "by_program": False}
    task = showing(state="not_possible", details={**TASK["details"], "answer": answer})
    async with a_console(task) as browser:
        page = await browser.get(PAGE)
    assert "You said this yourself" in page.text
    assert "What you saw when you looked" not in page.text
    async with a_console(task, subject="sam.signatory") as browser:
        page = await browser.get(PAGE)
    assert "What you saw when you looked" in page.text


async def test_whoever_may_not_review_only_reads():
    async with a_console(showing(), scopes=AUTHOR) as browser:
        page = await browser.get(PAGE)
    assert "Reviewers record what became of it" in page.text
    assert "It is gone" not in page.text


async def test_a_refusal_is_shown_with_the_task():
    refusal = problem(409, "self_approval", "you said yourself what became of it")
    async with a_console({**showing(), f"POST compliance {PLACE}/confirmation": refusal}) as browser:
        page = await browser.submit(f"{PAGE}/confirmation", reason="looked")
    assert page.status == 409
    assert "you said yourself" in page.text
