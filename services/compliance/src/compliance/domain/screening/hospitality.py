"""Meals offered against the cap of the host country. Caps are dated rows of the rule set, never constants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.domain.screening.lexicon import Lexicon

_MEALS = ("lunch", "dinner", "meal")
_NOTED_FROM = 0.9


def hospitality(facts: Mapping[str, Any], lexicon: Lexicon) -> dict[str, Any]:
    """`offered`, `above` the cap, `near` it (over 90 %), `cap_known`; amounts of the dearest meal in its currency.

    Lines called just `meal` are added to the dearest lunch or dinner, because service and room costs aimed at
    the meal count to it.
    """
    event: Mapping[str, Any] = facts["event"] or {}
    rows: Sequence[Mapping[str, Any]] = [
        row for row in event.get("hospitality") or () if row["kind"] in _MEALS or row["kind"] is None
    ]
    answer: dict[str, Any] = {
        "offered": bool(rows),
        "above": False,
        "near": False,
        "cap_known": all(row["amount"] is not None for row in rows),
    }
    answer |= {"amount": 0.0, "currency": "", "cap": 0.0}
    added = sum(row["amount"] or 0.0 for row in rows if row["kind"] == "meal")
    single = [row for row in rows if row["kind"] != "meal"]
    dearest = max(single, key=lambda row: row["amount"] or 0.0, default=None)
    for row in single or rows[:1]:
        amount = added if row["kind"] == "meal" else (row["amount"] or 0.0) + (added if row is dearest else 0.0)
        cap = _cap(lexicon, event.get("country"), str(row["kind"]), row["currency"], facts["as_of"])
        if cap is None or row["amount"] is None:
            answer["cap_known"] = False
            continue
        if amount - cap > answer["amount"] - answer["cap"] or not answer["currency"]:
            answer |= {"amount": amount, "cap": cap, "currency": row["currency"]}
        answer["above"] = answer["above"] or amount > cap
        answer["near"] = answer["near"] or amount > _NOTED_FROM * cap
    return answer


def _cap(lexicon: Lexicon, country: str | None, kind: str, currency: str | None, as_of: str) -> float | None:
    for name in (f"meal_cap_{kind}", "meal_cap_meal"):
        rows = [
            figure
            for figure in lexicon.figures
            if figure.name == name
            and figure.country == country
            and figure.currency == currency
            and figure.valid_from <= as_of
            and (figure.valid_until is None or as_of <= figure.valid_until)
        ]
        if rows:
            return float(max(rows, key=lambda figure: figure.valid_from).value)
    return None
