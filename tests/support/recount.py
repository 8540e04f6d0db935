"""Metrics of reviews, counted anew from nothing but the ledger's entries about cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from compliance.domain.working_time import WorkingTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One approval."""

    circulations: int
    job: timedelta
    job_worked: timedelta
    review: timedelta
    review_worked: timedelta
    rules: frozenset[str]


def recount(entries: Sequence[Mapping[str, Any]], working: WorkingTime) -> tuple[list[Counted], list[str]]:
    """The approvals of one action, and how its circulations ended.

    `entries` are all of its case in order, with `at`, `old_state`, `new_state`, `action_version` and `rules`.
    """
    approvals, outcomes, rules = list[Counted](), list[str](), set[str]()
    circulations, review, worked = 0, timedelta(), timedelta()
    reviewing: int | None = None
    since: datetime | None = None
    for entry in entries:
        at, state = entry["at"], entry["new_state"]
        if since is not None:
            review, worked = review + (at - since), worked + working.between(since, at)
        since = at if state == "in_review" else None
        if state == "screening" and reviewing is not None and entry["action_version"] > reviewing:
            outcomes.append("revised")
            reviewing = None
        if state == "in_review":
            circulations += reviewing is None
            reviewing = entry["action_version"]
            rules |= set(entry["rules"])
        elif reviewing is not None and state not in ("screening", "paused"):
            outcomes.append(state)
            reviewing = None
            if state == "approved":
                first = entries[0]["at"]
                counted = Counted(
                    circulations=circulations,
                    job=at - first,
                    job_worked=working.between(first, at),
                    review=review,
                    review_worked=worked,
                    rules=frozenset(rules),
                )
                approvals.append(counted)
    return approvals, outcomes
