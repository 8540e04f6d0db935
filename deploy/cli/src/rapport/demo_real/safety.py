"""Safety in the run on real posts: some read like reports of adverse events, and those come first."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from rapport.problem import Problem
from rapport.story.client import Caller, wait_until
from rapport.story.steps import case_in

Say = Callable[[str], None]

_QUIET = 4.0
_SCANNED_WITHIN = 180.0
_SHOWN = 3
_STOP = "open_safety_case"
_WAITING = ("open", "acknowledged")


def show_safety(reviewer: Caller, ids: Mapping[str, str], say: Say) -> None:
    """Wait until the scan of the imported posts brings up nothing new, and say what it found."""
    last_count, since = -1, time.monotonic()

    def quiet() -> list[dict[str, Any]] | None:
        nonlocal last_count, since
        cases = reviewer.every("compliance", "/v1/safety-cases")
        if len(cases) != last_count:
            last_count, since = len(cases), time.monotonic()
        return cases if time.monotonic() - since > _QUIET else None

    found = wait_until("the safety scan comes to rest", quiet, seconds=_SCANNED_WITHIN, every=1.0)
    ours = [case for case in found if case["source"] == "post" and case["stakeholder_id"] in ids.values()]
    say(f"compliance: {len(ours)} of these posts may report an adverse event; each opened a safety case, such as")
    for case in ours[:_SHOWN]:
        say(f"  “{case['quote']}” (due {case['due_at'][:16]}, {case['state']})")


def case_beyond_safety(
    reviewer: Caller, action: Mapping[str, Any], wanted: Collection[str], say: Say, *, seconds: float
) -> dict[str, Any]:
    """The case in one of `wanted`; while open safety cases of the person hold it, they are handed over first."""
    deadline = time.monotonic() + seconds
    while True:
        left = max(1.0, deadline - time.monotonic())
        case = case_in(reviewer, action["id"], {*wanted, "paused"}, seconds=left)
        if case["state"] != "paused":
            return case
        if time.monotonic() > deadline or _STOP not in case["stops"]:
            raise Problem(f"the action stays paused: {', '.join(case['stops'])}", remedy="lift what stops it")
        _hand_over(reviewer, str(action["stakeholder_id"]), say)


def _hand_over(reviewer: Caller, stakeholder_id: str, say: Say) -> None:
    for case in reviewer.every("compliance", "/v1/safety-cases"):
        if case["stakeholder_id"] == stakeholder_id and case["state"] in _WAITING:
            say(f"compliance: paused, because a post of this person may report an adverse event: “{case['quote']}”")
            reviewer.ask("POST", "compliance", f"/v1/safety-cases/{case['safety_case_id']}/hand-over", expect=204)
            say(f"compliance: {reviewer.name} confirms that drug safety has it; the action goes on")
