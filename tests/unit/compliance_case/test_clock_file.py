"""The company file says how long a review may take; what it leaves out is the stricter, never no limit."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from compliance.adapters.company.files import UnusableFile, read_company
from compliance.domain.circulations.clock import ReviewClock

_WITHOUT = """company: {{name: A, country: DE}}
review:
  steps: [{{step: review, any_of: [reviewer]}}]
{clock}
safety_hand_over: {{timezone: Europe/Paris}}
"""


def the_clock(folder: Path, clock: str = "") -> ReviewClock:
    file = folder / "company.yaml"
    file.write_text(_WITHOUT.format(clock=clock and f"  clock: {clock}"))
    return read_company(file).review_clock


def test_the_demo_company_says_how_long_its_reviews_take(repository: Path) -> None:
    clock = read_company(repository / "deploy/demo/company.yaml").review_clock
    assert clock.time_for("pass", 1) == timedelta(hours=8)
    assert clock.time_for("review", 1) == timedelta(hours=16)
    assert clock.time_for("review", 2) == timedelta(hours=24)
    assert (clock.remind_at, clock.escalate_to) == ((50, 80), ("head of compliance",))
    assert clock.working_time.hours == (time(9), time(17))


def test_without_the_section_a_review_has_one_working_day_and_people_are_told(tmp_path: Path) -> None:
    clock = the_clock(tmp_path)
    assert clock.decide_within == timedelta(hours=8)
    assert clock.remind_at == (50,)
    assert clock.slot_margin == timedelta(hours=1)
    assert clock.working_time.timezone == "Europe/Paris"
    assert "DE" in clock.working_time.calendar.described(date(2026, 11, 23), date(2026, 11, 24))


@pytest.mark.parametrize(
    ("clock", "place"),
    [
        ("{}", "timezone"),
        ("{timezone: Mars/Olympus}", "timezone"),
        ("{timezone: Europe/Berlin, decide_within: 0}", "decide_within"),
        ("{timezone: Europe/Berlin, remind_at: [100]}", "remind_at"),
        ("{timezone: Europe/Berlin, working_hours: {from: '17:00', until: '09:00'}}", "end before they begin"),
        ("{timezone: Europe/Berlin, working_hours: {from: 10:00, until: 17:00}}", "working_hours.from"),
        ("{timezone: Europe/Berlin, country: DE, subdivision: XX}", "no part of DE"),
        ("{timezone: Europe/Berlin, subdivision: BE}", "needs the country"),
        ("{timezone: Europe/Berlin, limits: [{tiers: [4], decide_within: 1}]}", "tiers"),
        ("{timezone: Europe/Berlin, forever: true}", "forever"),
    ],
)
def test_a_clock_that_cannot_be_read_is_refused_with_its_place(tmp_path: Path, clock: str, place: str) -> None:
    with pytest.raises(UnusableFile, match=place):
        the_clock(tmp_path, clock)
