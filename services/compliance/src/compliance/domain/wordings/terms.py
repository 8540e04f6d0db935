"""What the company file says about the fast lane."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from compliance.domain.review.steps import REVIEWER

ALL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingRate:
    """From a day on (UTC), so many of a hundred redeemed actions are looked at afterwards."""

    begins: date
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneTerms:
    """`rates` in any order; `review_within` is the time a drawn sample may wait before its wording is suspended.

    `signatories` are capacities as in the steps of a review: who may sign a wording.
    """

    longest_months: int
    review_within: timedelta
    rates: tuple[SamplingRate, ...] = ()
    signatories: frozenset[str] = frozenset({REVIEWER})

    def percent_at(self, at: datetime) -> int:
        """The rate in force; before the first one begins, every action is looked at."""
        day = at.astimezone(UTC).date()
        begun = [rate for rate in self.rates if rate.begins <= day]
        return max(begun, key=lambda rate: rate.begins).percent if begun else ALL
