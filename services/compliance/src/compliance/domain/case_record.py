"""The states of a case, and what is stored of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from compliance.domain.judgement import Judgement, Submission
from compliance.domain.overriding import Override
from compliance.domain.review.votes import Vote
from compliance.domain.slot import Slot
from compliance.domain.wordings.pre_approval import PreApproval

State = Literal[
    "screening",
    "blocked",
    "in_review",
    "changes_requested",
    "rejected",
    "approved",
    "paused",
    "released",
    "redeemed",
    "expired",
    "voided",
    "withdrawn",
    "recalled",
]
QUEUED: frozenset[State] = frozenset({"in_review", "approved", "paused", "released"})
"""May still lead to an act: stop signals, the end of the slot and changed facts concern these."""
FINAL: frozenset[State] = frozenset({"redeemed", "withdrawn", "recalled"})
OVER: frozenset[State] = frozenset({"redeemed", "recalled"})
"""Carried out, or taken back: no version of the action is judged any more."""


@dataclass(kw_only=True)
class CaseRecord:
    """The stored state of a case. `resume_to` and `stops` are set while paused, `permit_id` while released."""

    state: State
    submission: Submission
    judgement: Judgement | None
    slot: Slot | None
    votes: tuple[Vote, ...] = ()
    stops: frozenset[str] = frozenset()
    resume_to: State | None = None
    permit_id: str | None = None
    overrides: tuple[Override, ...] = ()
    opened_at: datetime | None = None
    pre_approval: PreApproval | None = None
    erased_at: datetime | None = None
