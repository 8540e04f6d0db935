"""How long a review may take: working hours by verdict and tier, and never beyond a margin before the slot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from compliance.domain.working_time import WorkingTime

OVERDUE = 100
"""Percent of the time; before it people are reminded, at it the review is escalated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLimit:
    """`decide_within` is working time; it holds where both conditions fit, an empty one always does.

    `tiers` is the last tier that the review takes.
    """

    decide_within: timedelta
    verdicts: frozenset[str] = frozenset()
    tiers: frozenset[int] = frozenset()

    def fits(self, verdict: str | None, last_tier: int) -> bool:
        """Whether it is for such a review; a verdict that is not known fits no condition."""
        return (not self.verdicts or verdict in self.verdicts) and (not self.tiers or last_tier in self.tiers)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewClock:
    """The company's own times. `limits` in order, the first that fits; where none does, `decide_within`.

    `remind_at` are percents below 100, `escalate_to` names of roles, `slot_margin` is time on the clock.
    """

    working_time: WorkingTime
    decide_within: timedelta
    limits: Sequence[ReviewLimit] = ()
    remind_at: tuple[int, ...] = ()
    escalate_to: tuple[str, ...] = ()
    slot_margin: timedelta = timedelta()

    def time_for(self, verdict: str | None, last_tier: int) -> timedelta:
        """How much working time such a review has."""
        fitting = (limit.decide_within for limit in self.limits if limit.fits(verdict, last_tier))
        return next(fitting, self.decide_within)

    def due_at(self, since: datetime, left: timedelta, slot_start: datetime | None) -> datetime:
        """When `left` of working time is over, or the margin before the slot begins, but never before `since`."""
        due_at = self.working_time.after(since, left)
        if slot_start is not None:
            due_at = min(due_at, slot_start - self.slot_margin)
        return max(since, due_at)

    def stage_at(self, since: datetime, due_at: datetime, used: timedelta, percent: int) -> datetime:
        """When `percent` of the working time until `due_at` is over, `used` of which was over at `since`."""
        if percent >= OVERDUE:
            return due_at
        whole = used + self.working_time.between(since, due_at)
        left = whole * percent / OVERDUE - used
        return since if left <= timedelta() else min(due_at, self.working_time.after(since, left))

    def next_stage(self, told: int) -> int | None:
        """The percent that people are told of next, after `told`; None when all was said."""
        return min((each for each in (*self.remind_at, OVERDUE) if each > told), default=None)
