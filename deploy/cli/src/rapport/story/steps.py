"""The steps of the story that several demos take, each one call or a few, over the public APIs only."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from rapport.problem import Problem
from rapport.story.client import Caller, Refused, wait_until

NEWS_SECONDS = 20.0
"""How long news may take from one service to the next before a demo gives up."""
Body = Mapping[str, Any]
"""An action as `POST /v1/plans/{id}/actions` takes it."""
SLOT_BEGAN = "the slot has already begun"
_UNKNOWN_TO_THE_GATE = frozenset({"GATE-PERSON", "GATE-ACTOR"})


def await_known(author: Caller, expected: int) -> None:
    """Until the audit has heard of `expected` people at least; asks for their footprints on the way."""

    def audited() -> int | None:
        count = int(author.post("audit", "/v1/audits", {})["audited"])
        return count if count >= expected else None

    wait_until(f"the audit hears of {expected} people", audited, seconds=NEWS_SECONDS, where="log of audit-worker")


def draft(author: Caller, plan_id: str, body: Mapping[str, Any], *, key: str | None = None) -> dict[str, Any]:
    """A new action."""
    drafted: dict[str, Any] = author.post("planner", f"/v1/plans/{plan_id}/actions", body, key=key)
    return drafted


def submit(author: Caller, action_id: str) -> dict[str, Any]:
    """Hand the action to the gate, waiting for news about people the planner has not heard of yet."""
    deadline = time.monotonic() + NEWS_SECONDS
    while True:
        try:
            submitted: dict[str, Any] = author.post("planner", f"/v1/actions/{action_id}/submission")
        except Refused as refused:
            if "is not known here" not in refused.message or time.monotonic() > deadline:
                raise
            time.sleep(0.15)
        else:
            return submitted


def case_in(
    reader: Caller, action_id: str, states: Collection[str], *, seconds: float = NEWS_SECONDS
) -> dict[str, Any]:
    """The case once it is in one of `states`. Raises Problem naming the state it stays in."""
    seen: dict[str, Any] = {}

    def reached() -> dict[str, Any] | None:
        answer = reader.ask("GET", "compliance", f"/v1/cases/{action_id}", expect=(200, 404))
        seen.update(answer.json() if answer.is_success else {"state": "not opened"})
        return seen if seen["state"] in states else None

    try:
        return wait_until(f"the case becomes {' or '.join(sorted(states))}", reached, seconds=seconds)
    except Problem as problem:
        held = "; ".join(hold["message"] for hold in seen.get("release_waits_for", ()))
        raise Problem(
            f"{problem.message}; it is {seen.get('state')}" + (f" and waits: {held}" if held else ""),
            remedy="look at the logs of compliance-worker and planner-worker",
        ) from problem


def submit_known(author: Caller, reader: Caller, plan_id: str, body: Body | Callable[[], Body]) -> dict[str, Any]:
    """A submitted action whose people the gate has heard of.

    One that came too early, or whose slot began on a slow machine before it was submitted, is withdrawn and drafted
    again; a `body` that is a function is asked each time, so that its slot starts from then.
    """
    deadline = time.monotonic() + NEWS_SECONDS
    while True:
        drafted = draft(author, plan_id, body() if callable(body) else body)
        try:
            action = submit(author, drafted["id"])
        except Refused as refused:
            if SLOT_BEGAN not in refused.message or time.monotonic() > deadline:
                raise
        else:
            case = case_in(reader, action["id"], {"blocked", "in_review", "paused"})
            found = {finding["rule_id"] for finding in findings_of(case)}
            if not found & _UNKNOWN_TO_THE_GATE or time.monotonic() > deadline:
                return action
        author.post("planner", f"/v1/actions/{drafted['id']}/withdrawal", {"reason": "submitted too early or too late"})
        time.sleep(0.3)


def findings_of(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the screen found."""
    judgement: Mapping[str, Any] = case.get("judgement") or {}
    return list(judgement.get("findings", ()))


def confirm_target(person: Caller, post_id: str) -> None:
    """Say, as a person who looked at the source, that the post still stands in the words shown to them."""
    shown = person.get("audit", f"/v1/posts/{post_id}")
    seen = {"text_sha256": shown["text_sha256"], "unchanged": True}
    person.post("audit", f"/v1/posts/{post_id}/confirmations", seen)


def vote(
    reviewer: Caller, case: Mapping[str, Any], decision: str, *, meaning: str, reason: str | None = None
) -> dict[str, Any]:
    """Sign a decision on exactly this version of the case and its content, with a new proof of who signs."""
    reviewer.prove_identity()
    body = {"decision": decision, "meaning": meaning, "content_sha256": case["content_sha256"]}
    if reason is not None:
        body["reason"] = reason
    path, headers = f"/v1/cases/{case['action_id']}/votes", {"If-Match": f'"v{case["version"]}"'}
    answer: dict[str, Any] = reviewer.ask("POST", "compliance", path, json=body, headers=headers).json()
    return answer


def action_in(
    reader: Caller, action_id: str, states: Collection[str], *, seconds: float = NEWS_SECONDS
) -> dict[str, Any]:
    """The planner's action once it is in one of `states`."""

    def reached() -> dict[str, Any] | None:
        action: dict[str, Any] = reader.get("planner", f"/v1/actions/{action_id}")
        return action if action["state"] in states else None

    return wait_until(f"the planner hears that the action is {' or '.join(sorted(states))}", reached, seconds=seconds)
