"""Working time: weekends, holidays, opening hours and the two nights a year on which the clock jumps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.adapters.calendars import working_days_of
from compliance.domain.working_time import WorkingTime

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = WorkingTime(
    timezone="Europe/Berlin",
    calendar=working_days_of("DE", "BE"),
    holidays=frozenset({date(2026, 12, 24)}),
    hours=(time(9), time(17)),
)
NIGHTS = WorkingTime(timezone="Europe/Berlin", hours=(time(1, 30), time(4)))
ALL_DAY = WorkingTime(timezone="America/New_York")
PLACES = (OFFICE, NIGHTS, ALL_DAY)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 3, 31, tzinfo=UTC)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=BERLIN)  # type: ignore[arg-type] - year, month, day, hour, minute


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("begin", "span", "end"),
    [
        (at(2026, 11, 23, 10), hours(3), at(2026, 11, 23, 13)),
        (at(2026, 11, 23, 9), hours(8), at(2026, 11, 23, 17)),
        (at(2026, 11, 23, 16), hours(2), at(2026, 11, 24, 10)),
        (at(2026, 11, 27, 16), hours(2), at(2026, 11, 30, 10)),
        (at(2026, 11, 28, 12), hours(1), at(2026, 11, 30, 10)),
        (at(2026, 11, 23, 5), hours(1), at(2026, 11, 23, 10)),
        (at(2026, 12, 23, 16), hours(2), at(2026, 12, 28, 10)),
        (at(2026, 3, 27, 16), hours(2), at(2026, 3, 30, 10)),
        (at(2026, 10, 23, 16), hours(2), at(2026, 10, 26, 10)),
    ],
    ids=[
        "within a day",
        "a whole day ends at closing",
        "over night",
        "over the weekend",
        "begun on a day off",
        "begun before opening",
        "over a holiday of the company, two of the country and a weekend",
        "over the weekend that loses an hour",
        "over the weekend that gains an hour",
    ],
)
def test_working_hours_go_on_when_people_are_back(begin: datetime, span: timedelta, end: datetime) -> None:
    assert OFFICE.after(begin, span) == end
    assert OFFICE.between(begin, end) == span


def test_the_night_that_loses_an_hour_has_one_hour_less_to_work() -> None:
    sunday_works = WorkingTime(timezone="Europe/Berlin", calendar=EveryDay(), hours=(time(1), time(5)))
    assert sunday_works.between(at(2026, 3, 29, 0), at(2026, 3, 29, 12)) == hours(3)
    assert sunday_works.between(at(2026, 10, 25, 0), at(2026, 10, 25, 12)) == hours(5)


def test_a_share_without_closing_hours_is_never_over_on_a_day_off() -> None:
    friday = datetime(2026, 11, 27, 12, tzinfo=ZoneInfo("America/New_York"))
    assert ALL_DAY.after(friday, hours(12)) == datetime(2026, 11, 30, tzinfo=ZoneInfo("America/New_York"))


def test_a_calendar_that_knows_no_working_day_is_not_believed() -> None:
    nobody = WorkingTime(timezone="UTC", calendar=NoDay(), hours=(time(9), time(17)))
    assert nobody.after(datetime(2026, 11, 23, 8, tzinfo=UTC), hours(9)) == datetime(2026, 11, 25, 10, tzinfo=UTC)


@given(
    place=st.sampled_from(PLACES),
    begin=st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC)),
    minutes=st.integers(0, 6 * 24 * 60),
)
def test_working_time_is_what_counting_minutes_gives(place: WorkingTime, begin: datetime, minutes: int) -> None:
    begin = begin.replace(second=0, microsecond=0)
    end = begin + timedelta(minutes=minutes)
    counted = sum(_works(place, begin + timedelta(minutes=each)) for each in range(minutes))
    assert place.between(begin, end) == timedelta(minutes=counted)


@given(
    place=st.sampled_from(PLACES),
    begin=st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC)),
    span=st.timedeltas(timedelta(), timedelta(days=30)),
    more=st.timedeltas(timedelta(), timedelta(days=3)),
)
def test_so_much_later_so_much_was_worked(
    place: WorkingTime, begin: datetime, span: timedelta, more: timedelta
) -> None:
    end = place.after(begin, span)
    assert end >= begin
    assert place.between(begin, end) == span
    assert place.after(begin, span + more) >= end
    assert place.between(end, begin) == timedelta()


def _works(place: WorkingTime, moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(place.timezone))
    opens, closes = place.hours or (time.min, time.max)
    return place.works(local.date()) and opens <= local.time() < closes


class EveryDay:
    def is_working_day(self, day: date) -> bool:
        return bool(day)

    def described(self, first: date, last: date) -> str:
        return f"every day from {first} to {last}"


class NoDay(EveryDay):
    def is_working_day(self, day: date) -> bool:
        return not day
