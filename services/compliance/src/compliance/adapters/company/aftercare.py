"""The part of the company file about the time after a release."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from compliance.domain.aftercare.terms import COMMENTS, SAFETY, AftercareTerms, Interval, TakeDownTerms, WatchTerms
from shared.contracts.vocabulary import ActionType

Role = Annotated[str, Field(min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TakeDownPart(_Part):
    """See `TakeDownTerms`."""

    within_hours: Annotated[int, Field(ge=1, le=2_000)]
    tell_when_overdue: tuple[Role, ...] = ()


class LookPart(_Part):
    """How often somebody looks at each."""

    comments: Annotated[int, Field(ge=1, le=366)]
    safety: Annotated[int, Field(ge=1, le=366)]


class WatchPart(_Part):
    """See `WatchTerms`."""

    action_types: frozenset[ActionType] = frozenset()
    days: Annotated[int, Field(ge=1, le=3_660)]
    look_every_days: LookPart


class AftercarePart(_Part):
    """What is left out is due at once."""

    decided_on: date
    source: Annotated[str, Field(min_length=1, max_length=500)]
    take_down: TakeDownPart | None = None
    watch: tuple[WatchPart, ...] = ()

    @model_validator(mode="after")
    def _each_type_once(self) -> Self:
        named = Counter(each for part in self.watch for each in part.action_types or ("all others",))
        twice = [name for name, times in named.items() if times > 1]
        if twice:
            raise ValueError(f"watch: {twice[0]} stands there twice")
        return self

    def terms(self) -> AftercareTerms:
        """As the domain knows it."""
        asked = self.take_down
        return AftercareTerms(
            decided_on=self.decided_on,
            source=self.source,
            take_down=None
            if asked is None
            else TakeDownTerms(within=timedelta(hours=asked.within_hours), tell=asked.tell_when_overdue),
            watch=tuple(_watch(each) for each in self.watch),
        )


def _watch(part: WatchPart) -> WatchTerms:
    every = part.look_every_days
    return WatchTerms(
        days=part.days,
        intervals=(Interval(what=COMMENTS, days=every.comments), Interval(what=SAFETY, days=every.safety)),
        action_types=frozenset(part.action_types),
    )
