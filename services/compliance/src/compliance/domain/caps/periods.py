"""Periods that limits hold in. Times are spans: a slot says when something may happen, not when it will."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from compliance.domain.caps.limits import Calendar
from compliance.domain.slot import Slot

T = TypeVar("T")
_INSTANT = timedelta(microseconds=1)


def fullest_window(days: int, around: Slot, others: Sequence[T], span_of: Callable[[T], Slot]) -> list[T]:
    """Those of `others` that may fall into one window of `days` together with `around`, where they are most.

    Any such window counts, those ahead as well as those behind: what is planned next week takes room of this one.
    """
    width = timedelta(days=days)
    starts = {each.start - width + _INSTANT for each in map(span_of, others)} | {around.start - width + _INSTANT}
    best: list[T] = []
    for start in sorted(starts):
        window = Slot(start, start + width)
        if touches(around, window):
            inside = [each for each in others if touches(span_of(each), window)]
            best = max(best, inside, key=len)
    return best


def touches(span: Slot, period: Slot) -> bool:
    """Whether the two have a moment in common; a span without length is a moment."""
    return span.start < period.end and max(span.end, span.start + _INSTANT) > period.start


def calendar_periods(calendar: Calendar, span: Slot) -> Iterator[Slot]:
    """Every month or year (UTC) that the span touches, the first one first."""
    start, end = span.start.astimezone(UTC), max(span.end, span.start + _INSTANT)
    at = datetime(start.year, start.month if calendar == "month" else 1, 1, tzinfo=UTC)
    while at < end:
        following = _next(calendar, at)
        yield Slot(at, following)
        at = following


def _next(calendar: Calendar, at: datetime) -> datetime:
    if calendar == "year" or at.month == 12:  # noqa: PLR2004 - December
        return at.replace(year=at.year + 1, month=1)
    return at.replace(month=at.month + 1)
