"""The company's own limits: dated rows, each with a number of its own or that of a figure of the rule set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from compliance.domain.screening.lexicon import Figures

Cap = Literal["contacts", "person_spend", "event_spend"]
CAPS: tuple[Cap, ...] = ("contacts", "person_spend", "event_spend")
Calendar = Literal["month", "year"]
_EVERYTHING: frozenset[str] = frozenset()
ANY_CURRENCY = "*"
"""The key of a limit of nothing at all, and of contacts, which have no currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Conditions in AND, their values in OR; an empty one always fits, and so does a fact that is not known."""

    person_types: frozenset[str] = _EVERYTHING
    except_person_types: frozenset[str] = _EVERYTHING
    countries: frozenset[str] = _EVERYTHING

    def fits(self, person: Mapping[str, Any]) -> bool:
        """Whether the limit holds for a person with these facts of the ActionSnapshot."""
        kind, country = person.get("type"), person.get("country")
        if kind is not None and kind in self.except_person_types:
            return False
        return _among(self.person_types, kind) and _among(self.countries, country)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One row. `days` is a sliding window and `calendar` a period of the calendar (UTC); an event's limit has neither.

    `number` or the rule set's `figure` says how much. `action_types` says which actions count, `kinds` which spending,
    and `answers` whether an answer to what somebody asked unasked counts; empty is all of them.
    """

    name: str
    cap: Cap
    source: str
    valid_from: date
    valid_until: date | None = None
    number: Decimal | None = None
    figure: str | None = None
    currency: str | None = None
    days: int | None = None
    calendar: Calendar | None = None
    action_types: frozenset[str] = _EVERYTHING
    kinds: frozenset[str] = _EVERYTHING
    answers: bool = True
    whom: Whom = Whom()

    def in_force(self, on: date) -> bool:
        """Whether the row holds on that day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def most(self, on: date, country: str | None, figures: Figures) -> Mapping[str, Decimal]:
        """How much, by currency (contacts: `ANY_CURRENCY`); empty where the figure has no row on that day."""
        if self.figure is None:
            return {} if self.number is None else {self.currency or ANY_CURRENCY: self.number}
        day = on.isoformat()
        own = figures.rows(self.figure, day, country) if country else ()
        found: dict[str, Decimal] = {}
        for row in (*own, *figures.rows(self.figure, day)):
            value, currency = Decimal(str(row.value)), row.currency or ANY_CURRENCY
            found[currency] = min(value, found.get(currency, value))
        return found

    @property
    def period(self) -> str:
        """In words."""
        if self.cap == "event_spend":
            return "for the event"
        return f"in any {self.days} days" if self.days is not None else f"in a calendar {self.calendar}"


Limits = Sequence[Limit]

NOTHING_SAID: tuple[Limit, ...] = (
    Limit(
        name="one contact in 30 days",
        cap="contacts",
        figure="contacts_without_reply",
        days=30,
        valid_from=date.min,
        source="the company file has no caps: the rule set's strictest figure holds",
    ),
    Limit(
        name="no spending on a person",
        cap="person_spend",
        number=Decimal(0),
        calendar="year",
        valid_from=date.min,
        source="the company file has no caps: nothing may be spent",
    ),
    Limit(
        name="no spending on an event",
        cap="event_spend",
        number=Decimal(0),
        valid_from=date.min,
        source="the company file has no caps: nothing may be spent",
    ),
)
"""What holds for a company that says nothing of caps."""


def _among(allowed: frozenset[str], value: object) -> bool:
    return not allowed or value in (None, "unknown") or value in allowed
