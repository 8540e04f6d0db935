"""What the company has decided for the time after a release: its own figures, dated, with where they stand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

COMMENTS, SAFETY = "comments", "safety"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDownTerms:
    """A take-down is due `within` of its recall; `tell` are the roles that hear of an overdue one."""

    within: timedelta
    tell: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Somebody looks at `what` every `days`; 0: it is due at once and stays due, because nobody decided how often."""

    what: str
    days: int

    def next_after(self, begun_at: datetime, last: datetime) -> datetime:
        """The first planned look after `last`; planned looks stand still, whenever somebody looked."""
        if self.days == 0:
            return begun_at
        step = timedelta(days=self.days)
        return begun_at + step * (math.floor((last - begun_at) / step) + 1)


_UNDECIDED = (Interval(what=COMMENTS, days=0), Interval(what=SAFETY, days=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTerms:
    """How long actions of these types are watched and how often somebody looks; no types: all others."""

    days: int
    intervals: tuple[Interval, ...]
    action_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class AftercareTerms:
    """`decided_on` and `source` say since when and by which document. What nobody decided is due at once, for ever."""

    take_down: TakeDownTerms | None = None
    watch: tuple[WatchTerms, ...] = ()
    decided_on: date | None = None
    source: str | None = None

    def take_down_due(self, recalled_at: datetime) -> datetime:
        """When it has to be gone."""
        return recalled_at if self.take_down is None else recalled_at + self.take_down.within

    def watch_of(self, action_type: str, begun_at: datetime) -> tuple[datetime | None, tuple[Interval, ...]]:
        """When the watch over an action of this type ends, and the looks it takes."""
        named = [each for each in self.watch if action_type in each.action_types]
        fitting = named or [each for each in self.watch if not each.action_types]
        if not fitting:
            return None, _UNDECIDED
        return begun_at + timedelta(days=fitting[0].days), fitting[0].intervals
