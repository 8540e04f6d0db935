"""When people of one place work: on its working days, all day long or from opening until closing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

_SATURDAY = 5
_DAY = timedelta(days=1)
_LONGEST_BREAK = 60


class WorkingDays(Protocol):
    """The working days of one place."""

    def is_working_day(self, day: date) -> bool:
        """Whether people work there on `day`."""
        ...

    def described(self, first: date, last: date) -> str:
        """Which calendar this is, and what it does not know about these days."""
        ...


class Weekdays:
    """Monday to Friday, where the country, or what it celebrates, is not known."""

    def __init__(self, country: str = "the country") -> None:
        self._country = country

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday."""
        return day.weekday() < _SATURDAY

    def described(self, first: date, last: date) -> str:  # noqa: ARG002 - the same for all days
        """What is missing."""
        return f"Monday to Friday; the public holidays of {self._country} are not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """`hours` are opening and closing of a working day, None for all 24; `holidays` are off beside `calendar`'s."""

    timezone: str
    holidays: frozenset[date] = frozenset()
    calendar: WorkingDays = field(default_factory=Weekdays)
    hours: tuple[time, time] | None = None

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """How much of the time from `begin` to `end` people work; none where `end` comes first."""
        return sum((last - first for first, last in self._periods(begin, end)), timedelta())

    def after(self, begin: datetime, span: timedelta) -> datetime:
        """When `span` of working time after `begin` is over, in UTC.

        What is over with the end of a working day is over at closing; without closing, as the next working day begins.
        """
        left = span
        for first, last in self._periods(begin, None):
            if left < last - first or (self.hours is not None and left == last - first):
                return first + left
            left -= last - first
        raise AssertionError("working time never ends")

    def works(self, day: date) -> bool:
        """Whether `day` is a working day."""
        return day not in self.holidays and self.calendar.is_working_day(day)

    def next(self, day: date, step: timedelta) -> date:
        """The next working day; a calendar that knows none within two months is not believed."""
        for distance in range(1, _LONGEST_BREAK):
            if self.works(day + step * distance):
                return day + step * distance
        return day + step

    def start_of(self, day: date) -> datetime:
        """Midnight of the place in UTC; where the clock jumps over midnight, the moment of the jump."""
        return self._at(day, time())

    def _periods(self, begin: datetime, end: datetime | None) -> Iterator[tuple[datetime, datetime]]:
        """Working periods in UTC, for ever where there is no `end`."""
        zone = ZoneInfo(self.timezone)
        since = begin.astimezone(UTC)
        day = begin.astimezone(zone).date()
        if not self.works(day):
            day = self.next(day, _DAY)
        while end is None or self.start_of(day) < end:
            first, last = self._open(day)
            period = max(since, first), last if end is None else min(end.astimezone(UTC), last)
            if period[0] < period[1]:
                yield period
            day = self.next(day, _DAY)

    def _open(self, day: date) -> tuple[datetime, datetime]:
        if self.hours is None:
            return self.start_of(day), self.start_of(day + _DAY)
        opens, closes = self.hours
        return self._at(day, opens), self._at(day, closes)

    def _at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, ZoneInfo(self.timezone)).astimezone(UTC)
