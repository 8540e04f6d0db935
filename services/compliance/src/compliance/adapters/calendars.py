"""Working days of countries, from the maintained `holidays` package."""

from __future__ import annotations

from datetime import date

import holidays

from compliance.domain.working_time import Weekdays, WorkingDays


class UnknownSubdivision(ValueError):
    """The country has no such part; the message names those it has."""


class CountryWorkingDays:
    """Implements `WorkingDays` for a country or a part of one, with the weekend that it keeps."""

    def __init__(self, country: str, subdivision: str | None = None) -> None:
        self._calendar = holidays.country_holidays(country, subdiv=subdivision)
        self._name = f"{country}-{subdivision}" if subdivision else country

    def is_working_day(self, day: date) -> bool:
        """Neither weekend nor public holiday; a working day that replaces one counts."""
        return self._calendar.is_working_day(day)

    def described(self, first: date, last: date) -> str:
        """The calendar, and whether its holidays of these years are known."""
        known = self._calendar.start_year <= first.year and last.year <= self._calendar.end_year
        if not known:
            return f"working days of {self._name}, whose public holidays of {first.year} are not known"
        return f"working days of {self._name}"


def working_days_of(country: str, subdivision: str | None = None) -> WorkingDays:
    """The working days of an ISO 3166-1 alpha-2 country; weekdays where nobody lists its holidays.

    Raises UnknownSubdivision.
    """
    known = holidays.list_supported_countries()
    if country not in known:
        return Weekdays(country)
    if subdivision is not None and subdivision not in known[country]:
        listed = ", ".join(known[country]) or "none"
        raise UnknownSubdivision(f"{subdivision} is no part of {country} that has holidays of its own; known: {listed}")
    return CountryWorkingDays(country, subdivision)
