"""The desks' part of the company file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from compliance.adapters.company.files import UnusableFile, read_company

HEAD = "company: {name: A, country: FR}\nreview: {steps: [{step: review, any_of: [reviewer]}]}\nsafety_hand_over: "
BEFORE_BASTILLE_DAY = datetime(2026, 7, 13, 8, 0, tzinfo=UTC)


def written(folder: Path, part: str) -> Path:
    file = folder / "company.yaml"
    file.write_text(f"{HEAD}{part}\n", "utf-8")
    return file


def test_one_business_day_of_the_companys_country_is_the_rule_for_both_desks(tmp_path: Path) -> None:
    data = read_company(written(tmp_path, "{timezone: Europe/Paris}"))
    for desk in (data.drug_safety, data.medical_information):
        assert desk.limit_of(None).due_at(BEFORE_BASTILLE_DAY) == datetime(2026, 7, 15, 8, 0, tzinfo=UTC)
        assert desk.limit_of("DE").due_at(BEFORE_BASTILLE_DAY) == datetime(2026, 7, 14, 8, 0, tzinfo=UTC)


def test_a_country_and_the_other_desk_may_have_limits_of_their_own(tmp_path: Path) -> None:
    part = (
        "{timezone: Europe/Paris, hold_post_until: closed, notify: {overdue: [qppv]}, holidays: ['2026-07-15'],"
        " countries: {US: {timezone: America/New_York, hours: 24}}}\n"
        "medical_information_hand_over: {timezone: Europe/Paris, business_days: 3}"
    )
    data = read_company(written(tmp_path, part))
    assert data.drug_safety.hold_until == "closed"
    assert data.drug_safety.limit_of("FR").due_at(BEFORE_BASTILLE_DAY).day == 16
    there = data.drug_safety.limit_of("US").clock(BEFORE_BASTILLE_DAY)
    assert (there.due_at.day, there.timezone) == (14, "America/New_York")
    assert there.stages[-1].notify == ("qppv",)
    assert data.medical_information.limit_of("FR").due_at(BEFORE_BASTILLE_DAY).day == 17


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("{timezone: Europe/Paris, hours: 24, business_days: 1}", "either business_days or hours"),
        ("{timezone: Europe/Paris, subdivision: Atlantis}", "subdivision needs the country"),
        ("{timezone: Europe/Paris, country: DE, subdivision: Atlantis}", "Atlantis is no part of DE"),
        ("{timezone: Europe/Paris, countries: {GB: {subdivision: Atlantis}}}", "Atlantis is no part of GB"),
        ("{timezone: Europe/Paris, countries: {FR: {timezone: Mars}}}", "Mars is not a time zone"),
        ("{timezone: Europe/Paris, notify: {at_99_percent: [x]}}", "at_99_percent"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, part: str, said: str) -> None:
    with pytest.raises(UnusableFile, match=said):
        read_company(written(tmp_path, part))
