"""The part of the company file that opens the fast lane; without it every action is reviewed by people."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from compliance.adapters.company.review import Capacity
from compliance.domain.review.steps import REVIEWER
from compliance.domain.wordings.terms import LaneTerms, SamplingRate


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RatePart(_Part):
    """From a day on, so many of a hundred; `source` says who decided that."""

    begins: date
    percent: Annotated[int, Field(ge=1, le=100)]
    source: Annotated[str, Field(min_length=1, max_length=400)]


class FastLanePart(_Part):
    """See `LaneTerms`. Without a rate that has begun, everything is looked at afterwards."""

    longest_months: Annotated[int, Field(ge=1, le=24)] = 6
    review_within_days: Annotated[int, Field(ge=1, le=90)] = 3
    signatories: Annotated[frozenset[Capacity], Field(min_length=1)] = frozenset({REVIEWER})
    sampling: tuple[RatePart, ...] = ()

    @model_validator(mode="after")
    def _one_rate_a_day(self) -> Self:
        twice = [day for day, times in Counter(each.begins for each in self.sampling).items() if times > 1]
        if twice:
            raise ValueError(f"two rates begin on {twice[0]}; keep one of them")
        return self

    def terms(self) -> LaneTerms:
        """The terms as the domain knows them."""
        return LaneTerms(
            longest_months=self.longest_months,
            review_within=timedelta(days=self.review_within_days),
            rates=tuple(SamplingRate(begins=each.begins, percent=each.percent) for each in self.sampling),
            signatories=self.signatories,
        )
