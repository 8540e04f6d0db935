"""Dated, sourced figures of the rule set, as decimals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.domain.screening.lexicon import Figure, Figures


def value_of(row: Figure) -> Decimal:
    """The figure, exactly as it is written in its row."""
    return Decimal(str(row.value))


def lowest(figures: Figures, name: str, on: date, country: str, currency: str) -> Figure | None:
    """The strictest row of a name in a currency on a day; None where none is in that currency."""
    rows = [row for row in figures.rows(name, on.isoformat(), country) if row.currency == currency]
    return min(rows, key=value_of) if rows else None


def shown(row: Figure) -> Mapping[str, Any]:
    """The row as the ground of a decision."""
    return {
        "name": row.name,
        "value": str(row.value),
        "currency": row.currency,
        "country": row.country,
        "valid_from": row.valid_from,
        "source": row.source,
    }
