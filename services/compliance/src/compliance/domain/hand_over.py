"""How long a hand-over may take: hours on the clock, or working days of a country, and when to escalate before.

A working-day limit ends at the same time of day, so many working days later. What is seen on a day off counts as seen
at the end of the working day before; nothing is due on a day off. A share of such a limit is a share of its working
time, which is all 24 hours of every working day between seeing and the end; days off do not count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

ESCALATED_AT = (50, 80, 100)
"""Percent of the time; at 100 the hand-over is overdue."""
_SATURDAY = 5
_DAY = timedelta(days=1)
_LAST_MOMENT = timedelta(microseconds=1)
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
class Stage:
    """At `at`, `percent` of the time is over, and the people named in `notify` are told; `noted_at` once it was."""

    percent: int
    at: datetime
    notify: tuple[str, ...] = ()
    noted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverClock:
    """When it is due and when to escalate, fixed when a case opens. `calendar` says in words what counted."""

    due_at: datetime
    timezone: str
    calendar: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverLimit:
    """Either `hours` on the clock or `business_days` (one, where neither is given) in `timezone`.

    `holidays` are days off of the company's own, beside those of `calendar`; `notify` are names of roles by percent.
    """

    timezone: str
    business_days: int | None = None
    hours: int | None = None
    holidays: frozenset[date] = frozenset()
    calendar: WorkingDays = field(default_factory=Weekdays)
    notify: Mapping[int, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def clock(self, seen_at: datetime) -> HandOverClock:
        """Due time and escalations of a report seen at `seen_at` (timezone-aware)."""
        due_at = self.due_at(seen_at)
        zone = ZoneInfo(self.timezone)
        return HandOverClock(
            due_at=due_at,
            timezone=self.timezone,
            calendar=f"{self.hours} h on the clock"
            if self.hours is not None
            else self.calendar.described(seen_at.astimezone(zone).date(), due_at.astimezone(zone).date()),
            stages=tuple(
                Stage(percent=percent, at=self.share_of(seen_at, percent), notify=tuple(self.notify.get(percent, ())))
                for percent in ESCALATED_AT
            ),
        )

    def due_at(self, seen_at: datetime) -> datetime:
        """When a report seen at `seen_at` (timezone-aware) has to be handed over at the latest."""
        if self.hours is not None:
            return _in_zone_of(seen_at, seen_at.astimezone(UTC) + timedelta(hours=self.hours))
        day = seen_at.astimezone(ZoneInfo(self.timezone)).date()
        into_the_day = seen_at.astimezone(UTC) - self._start(day)
        if not self._works(day):
            day, into_the_day = self._next(day, -_DAY), 2 * _DAY
        for _ in range(self.business_days or 1):
            day = self._next(day, _DAY)
        return _in_zone_of(seen_at, min(self._start(day) + into_the_day, self._start(day + _DAY) - _LAST_MOMENT))

    def share_of(self, seen_at: datetime, percent: int) -> datetime:
        """When `percent` of the time of a report seen at `seen_at` is over."""
        due_at = self.due_at(seen_at)
        begin, end = seen_at.astimezone(UTC), due_at.astimezone(UTC)
        if percent >= ESCALATED_AT[-1]:
            return due_at
        if self.hours is not None:
            return _in_zone_of(seen_at, begin + (end - begin) * percent / 100)
        periods = list(self._working_time(begin, end))
        left = sum(((last - first) for first, last in periods), timedelta()) * percent / 100
        for first, last in periods:
            if left < last - first:
                return _in_zone_of(seen_at, first + left)
            left -= last - first
        return due_at

    def _working_time(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        zone = ZoneInfo(self.timezone)
        day, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
        while day <= last:
            period = max(begin, self._start(day)), min(end, self._start(day + _DAY))
            if self._works(day) and period[0] < period[1]:
                yield period
            day += _DAY

    def _next(self, day: date, step: timedelta) -> date:
        """The next working day; a calendar that knows none within two months is not believed."""
        for distance in range(1, _LONGEST_BREAK):
            if self._works(day + step * distance):
                return day + step * distance
        return day + step

    def _works(self, day: date) -> bool:
        return day not in self.holidays and self.calendar.is_working_day(day)

    def _start(self, day: date) -> datetime:
        """Midnight of the place in UTC; where the clock jumps over midnight, the moment of the jump."""
        return datetime.combine(day, time(), ZoneInfo(self.timezone)).astimezone(UTC)


def _in_zone_of(given: datetime, moment: datetime) -> datetime:
    return moment.astimezone(given.tzinfo)
