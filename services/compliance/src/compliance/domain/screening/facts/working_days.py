"""Counting working days: Monday to Friday, without the public holidays that a country's rows list."""

from __future__ import annotations

from datetime import date, timedelta

from compliance.domain.screening.lexicon import Figures

_SATURDAY = 5


def working_days_before(day: str, days: int, *, country: str, lexicon: Figures) -> str | None:
    """The ISO date `days` working days before the ISO date `day`; None where the holidays of a year are not listed."""
    at, left = date.fromisoformat(day), days
    while left > 0:
        at -= timedelta(days=1)
        holidays = _holidays(at, country, lexicon)
        if holidays is None:
            return None
        if at.weekday() < _SATURDAY and at.isoformat() not in holidays:
            left -= 1
    return at.isoformat()


def _holidays(day: date, country: str, lexicon: Figures) -> frozenset[str] | None:
    """A row of holidays is in force in the year it lists."""
    rows = lexicon.rows("public_holidays", day.isoformat(), country)
    return frozenset(str(each) for row in rows for each in row.value) if rows else None
