"""A released action can be taken back from its page, by whoever may review."""

from __future__ import annotations

from typing import Any

import pytest

from support.portal_builders import WAITING, a_console, payload, problem

CASE = f"GET compliance /v1/cases/{WAITING}"
RECALL = f"POST compliance /v1/cases/{WAITING}/recall"


def in_state(state: str) -> dict[str, Any]:
    return {CASE: {**payload("case_in_review"), "state": state}}


@pytest.mark.parametrize(("state", "words"), [("released", "can never be used"), ("redeemed", "has to be taken down")])
async def test_what_is_out_can_be_taken_back(state: str, words: str):
    async with a_console(in_state(state)) as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert words in page.text
    assert "the content must not stand" in page.text


@pytest.mark.parametrize("state", ["in_review", "approved", "recalled", "expired"])
async def test_what_is_not_out_offers_no_recall(state: str):
    async with a_console(in_state(state)) as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert "Take it back" not in page.text


async def test_whoever_may_not_review_is_offered_no_recall():
    async with a_console(in_state("released"), scopes=("compliance:read", "registry:read")) as browser:
        page = await browser.get(f"/actions/{WAITING}")
    assert "Take it back" not in page.text


async def test_a_recall_is_sent_with_its_code_and_reason_whatever_the_executor_did_since():
    async with a_console({RECALL: {"state": "recalled"}}) as browser:
        page = await browser.submit(f"/actions/{WAITING}/recall", code="content", reason="the figure is wrong")
        assert browser.last_body() == {"code": "content", "reason": "the figure is wrong"}
        assert "if-match" not in browser.sent[-1].headers
    assert page.response.headers["location"] == f"/actions/{WAITING}?done=recalled"


async def test_a_refused_recall_says_so():
    async with a_console({RECALL: problem(409, "invalid_transition", "a paused case has released nothing")}) as browser:
        page = await browser.submit(f"/actions/{WAITING}/recall", code="content", reason="r")
    assert "a paused case has released nothing" in page.text
