"""How long a hand-over may take: hours on the clock, or working days of a country, and when to escalate before.

A working-day limit ends at the same time of day, so many working days later. What is seen on a day off counts as seen
at the end of the working day before; nothing is due on a day off. A share of such a limit is a share of its working
time, which is all 24 hours of every working day between seeing and the end; days off do not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from compliance.domain.working_time import Weekdays, WorkingDays, WorkingTime

ESCALATED_AT = (50, 80, 100)
"""Percent of the time; at 100 the hand-over is overdue."""
_DAY = timedelta(days=1)
_LAST_MOMENT = timedelta(microseconds=1)


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
        working = self._working_time
        day = seen_at.astimezone(ZoneInfo(self.timezone)).date()
        into_the_day = seen_at.astimezone(UTC) - working.start_of(day)
        if not working.works(day):
            day, into_the_day = working.next(day, -_DAY), 2 * _DAY
        for _ in range(self.business_days or 1):
            day = working.next(day, _DAY)
        end_of_day = working.start_of(day + _DAY) - _LAST_MOMENT
        return _in_zone_of(seen_at, min(working.start_of(day) + into_the_day, end_of_day))

    def share_of(self, seen_at: datetime, percent: int) -> datetime:
        """When `percent` of the time of a report seen at `seen_at` is over."""
        due_at = self.due_at(seen_at)
        begin, end = seen_at.astimezone(UTC), due_at.astimezone(UTC)
        if percent >= ESCALATED_AT[-1]:
            return due_at
        if self.hours is not None:
            return _in_zone_of(seen_at, begin + (end - begin) * percent / 100)
        working = self._working_time
        share = working.after(begin, working.between(begin, end) * percent / 100)
        return _in_zone_of(seen_at, min(share, end))

    @property
    def _working_time(self) -> WorkingTime:
        return WorkingTime(timezone=self.timezone, holidays=self.holidays, calendar=self.calendar)


def _in_zone_of(given: datetime, moment: datetime) -> datetime:
    return moment.astimezone(given.tzinfo)
