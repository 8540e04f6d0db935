"""When a hand-over is due, and when to escalate before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.adapters.calendars import UnknownSubdivision, working_days_of
from compliance.domain.hand_over import HandOverLimit

ZONES = ("Europe/Berlin", "Europe/London", "America/New_York", "Asia/Tokyo", "Africa/Cairo", "Australia/Sydney", "UTC")
COUNTRIES = ("DE", "GB", "US", "JP", "EG", "AU", "IL")
CALENDARS = {country: working_days_of(country) for country in COUNTRIES}
MOMENTS = st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis takes naive bounds

business_days = st.builds(
    lambda zone, country, days, off: HandOverLimit(
        timezone=zone, business_days=days, calendar=CALENDARS[country], holidays=frozenset(off)
    ),
    st.sampled_from(ZONES),
    st.sampled_from(COUNTRIES),
    st.integers(1, 7),
    st.lists(st.dates(date(2025, 1, 1), date(2028, 12, 31)), max_size=4),
)
hours = st.builds(lambda zone, n: HandOverLimit(timezone=zone, hours=n), st.sampled_from(ZONES), st.integers(1, 400))
limits = st.one_of(business_days, hours)


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Berlin"))  # type: ignore[arg-type, misc] - year to minute


def test_t140_a_report_seen_on_friday_at_17_40_is_due_on_saturday_with_escalations_at_12_and_about_19_hours() -> None:
    seen = berlin(2026, 11, 20, 17, 40)
    clock = HandOverLimit(timezone="Europe/Berlin", hours=24).clock(seen)
    assert clock.due_at == berlin(2026, 11, 21, 17, 40)
    after = [(stage.percent, (stage.at - seen) / timedelta(hours=1)) for stage in clock.stages]
    assert after == [(50, 12.0), (80, pytest.approx(19.2)), (100, 24.0)]


def test_one_business_day_is_the_rule_where_none_is_given_and_its_shares_are_of_working_time() -> None:
    seen = berlin(2026, 11, 20, 17, 40)
    clock = HandOverLimit(timezone="Europe/Berlin").clock(seen)
    assert [stage.at for stage in clock.stages] == [
        berlin(2026, 11, 23, 5, 40),
        berlin(2026, 11, 23, 12, 52),
        berlin(2026, 11, 23, 17, 40),
    ]


@pytest.mark.parametrize(
    ("country", "seen", "due"),
    [
        ("FR", berlin(2026, 7, 13, 10, 0), berlin(2026, 7, 15, 10, 0)),
        ("DE", berlin(2026, 7, 13, 10, 0), berlin(2026, 7, 14, 10, 0)),
        ("EG", berlin(2026, 11, 19, 10, 0), berlin(2026, 11, 22, 10, 0)),
    ],
)
def test_the_holidays_and_the_weekend_are_those_of_the_country(country: str, seen: datetime, due: datetime) -> None:
    limit = HandOverLimit(timezone="Europe/Berlin", business_days=1, calendar=working_days_of(country))
    assert limit.due_at(seen) == due


def test_a_part_of_a_country_has_holidays_of_its_own_and_an_unknown_part_is_refused() -> None:
    womens_day = date(2027, 3, 8)
    assert not working_days_of("DE", "BE").is_working_day(womens_day)
    assert working_days_of("DE", "BY").is_working_day(womens_day)
    with pytest.raises(UnknownSubdivision, match="BE"):
        working_days_of("DE", "Atlantis")


def test_a_country_nobody_lists_keeps_weekends_and_that_is_said() -> None:
    limit = HandOverLimit(timezone="UTC", calendar=working_days_of("XZ"))
    clock = limit.clock(datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    assert clock.due_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert "XZ are not known" in clock.calendar
    unknown = HandOverLimit(timezone="UTC").clock(datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    assert "not known" in unknown.calendar


def test_the_clock_keeps_the_time_of_day_when_summer_time_ends_and_real_hours_with_an_hour_rule() -> None:
    seen = berlin(2026, 10, 23, 17, 40)
    assert HandOverLimit(timezone="Europe/Berlin").due_at(seen) == berlin(2026, 10, 26, 17, 40)
    saturday = berlin(2026, 10, 24, 17, 40)
    assert HandOverLimit(timezone="Europe/Berlin", hours=24).due_at(saturday) == berlin(2026, 10, 25, 16, 40)


def test_what_is_seen_on_a_day_off_counts_as_seen_at_the_end_of_the_working_day_before() -> None:
    due = HandOverLimit(timezone="Europe/Berlin").due_at(berlin(2026, 11, 21, 10, 0))
    assert due.astimezone(ZoneInfo("Europe/Berlin")).isoformat()[:16] == "2026-11-23T23:59"


@settings(max_examples=150, deadline=None)
@given(limits, MOMENTS)
def test_nothing_is_due_before_it_was_seen_and_escalations_come_in_order(limit: HandOverLimit, seen: datetime) -> None:
    clock = limit.clock(seen)
    moments = [seen, *(stage.at for stage in clock.stages)]
    assert moments == sorted(moments)
    assert moments[-1] == clock.due_at > seen


@settings(max_examples=150, deadline=None)
@given(limits, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_what_is_seen_later_is_never_due_earlier(limit: HandOverLimit, seen: datetime, later: timedelta) -> None:
    assert limit.due_at(seen) <= limit.due_at(seen + later)


@settings(max_examples=150, deadline=None)
@given(business_days, MOMENTS)
def test_nothing_is_due_on_a_day_off(limit: HandOverLimit, seen: datetime) -> None:
    day = limit.due_at(seen).astimezone(ZoneInfo(limit.timezone)).date()
    assert day not in limit.holidays
    assert limit.calendar.is_working_day(day)
