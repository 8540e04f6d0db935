"""Builders for limits and what is taken of them. Everybody in here is invented."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from compliance.domain.caps.costs import Piece
from compliance.domain.caps.filling import Recorded
from compliance.domain.caps.limits import Limit
from compliance.domain.caps.takings import Taking
from compliance.domain.screening.lexicon import Figure
from compliance.domain.slot import Slot

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class NoFigures:
    """Figures as a rule set has them; none unless the test gives some."""

    given: tuple[Figure, ...] = ()

    def rows(self, name: str, as_of: str, country: str | None = None) -> tuple[Figure, ...]:
        named = (each for each in self.given if each.name == name and each.country == country)
        return tuple(each for each in named if each.in_force(as_of))


def a_figure(name: str, value: Any, currency: str | None = None, country: str | None = None) -> Figure:
    return Figure(
        name=name,
        value=value,
        valid_from="2026-01-01",
        valid_until=None,
        country=country,
        currency=currency,
        source="own policy",
    )


def a_limit(number: Any = 3, cap: Any = "contacts", **changes: Any) -> Limit:
    """So many contacts in 30 days; so much of EUR in a year or for an event."""
    limit = Limit(
        name=f"{cap} limit",
        cap=cap,
        source="test",
        valid_from=date(2026, 1, 1),
        number=None if number is None else Decimal(str(number)),
        days=30 if cap == "contacts" else None,
        calendar="year" if cap == "person_spend" else None,
        currency=None if cap == "contacts" else "EUR",
    )
    return replace(limit, **changes)


ROOMY = (
    a_limit(10_000),
    a_limit(1_000_000, "person_spend"),
    a_limit(1_000_000, "event_spend"),
)
"""Nothing of interest is refused."""


def a_piece(amount: Any = 100, currency: str = "EUR", kind: str = "fee", contract_id: str | None = None) -> Piece:
    return Piece(kind=kind, amount=Decimal(str(amount)), currency=currency, contract_id=contract_id)


def a_taking(action_id: str = "action-1", *pieces: Piece, days: float = 0, **changes: Any) -> Taking:
    """An hour from `START` plus so many days; a contact unless it has pieces."""
    start = START + timedelta(days=days)
    taking = Taking(
        action_id=action_id,
        action_version=1,
        stakeholder_id="person-1",
        cap="person_spend" if pieces else "contacts",
        scope="person:person-1",
        span=Slot(start, start + timedelta(hours=1)),
        action_type="thank",
        answers=False,
        pieces=pieces,
    )
    return replace(taking, **changes)


def a_recorded(cause: str, amount: Any, *, year: int = 2026, **changes: Any) -> Recorded:
    """A transfer of value in a year, of a fee in EUR."""
    recorded = Recorded(
        cause=cause,
        kind="fee",
        amount=Decimal(str(amount)),
        currency="EUR",
        span=Slot(datetime(year, 3, 1, tzinfo=UTC), datetime(year, 3, 2, tzinfo=UTC)),
    )
    return replace(recorded, **changes)
