"""Meals offered against the cap of the host country. Caps are dated rows of the rule set, never constants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.domain.screening.lexicon import Figure, Lexicon

_SINGLE = ("lunch", "dinner")
_MEALS = (*_SINGLE, "meal", "snack", "day", None)
_NOTHING: dict[str, Any] = {
    "offered": False,
    "above": False,
    "above_with_service": False,
    "near": False,
    "cap_known": True,
    "said": "",
    "cap_said": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meal:
    """`service` is what lines called just `meal` add to it; `amount` holds it already."""

    kind: str | None
    amount: float | None
    currency: str | None
    service: float = 0.0


@dataclass(frozen=True, slots=True)
class _Cap:
    """Fine up to `low`, above the cap beyond `high`; between them nobody knows."""

    low: float
    high: float
    said: str


def hospitality(facts: Mapping[str, Any], lexicon: Lexicon) -> dict[str, Any]:
    """`offered`, `above` the cap, `near` it (a share that is a figure), `cap_known`; `said` and `cap_said` in words.

    Where two copies of a cap differ the lower counts. No row for country, kind and currency, or only an unsourced
    one, is `cap_known` false. Service and room costs aimed at the meal count to it: lines called just `meal` beside a
    lunch or dinner are added to the dearest (`above_with_service`: only they put it above).
    """
    meals = _meals(facts)
    if not meals:
        return _NOTHING
    answer: dict[str, Any] = _NOTHING | {"offered": True}
    event: Mapping[str, Any] = facts["event"] or {}
    noted = lexicon.figures_on(facts["as_of"]).get("meal_noted_above_share")
    worst = -1.0
    for meal in meals:
        cap = _cap(meal, event, lexicon, facts["as_of"])
        if cap is None or meal.amount is None or cap.low < meal.amount <= cap.high:
            answer["cap_known"] = False
            continue
        above = meal.amount > cap.high
        answer["above"] |= above
        answer["above_with_service"] |= above and meal.amount - meal.service <= cap.high
        answer["near"] |= noted is None or meal.amount > noted * cap.low
        if meal.amount / (cap.high or 1.0) > worst:
            worst = meal.amount / (cap.high or 1.0)
            answer |= {"said": f"{meal.amount:g} {meal.currency}", "cap_said": cap.said}
    return answer


def _meals(facts: Mapping[str, Any]) -> Sequence[_Meal]:
    event: Mapping[str, Any] = facts["event"] or {}
    rows = [row for row in event.get("hospitality") or () if row["kind"] in _MEALS]
    if not rows:
        listed = [row for row in facts["transfer_of_value"] if row["kind"] == "meal"]
        return [_Meal(kind="meal", amount=row["amount"], currency=row["currency"]) for row in listed]
    meals = [_Meal(kind=row["kind"], amount=row["amount"], currency=row["currency"]) for row in rows]
    lines = [meal for meal in meals if meal.kind == "meal"]
    single = [meal for meal in meals if meal.kind in _SINGLE]
    if not lines or not single:
        return meals
    dearest = max(single, key=lambda meal: meal.amount or 0.0)
    return [_with(meal, lines) if meal is dearest else meal for meal in meals if meal not in lines]


def _with(meal: _Meal, lines: Sequence[_Meal]) -> _Meal:
    amounts = [line.amount for line in lines]
    same = all(line.currency == meal.currency for line in lines)
    if meal.amount is None or not same or None in amounts:
        return _Meal(kind=meal.kind, amount=None, currency=meal.currency)
    service = sum(amount for amount in amounts if amount is not None)
    return _Meal(kind=meal.kind, amount=meal.amount + service, currency=meal.currency, service=service)


def _cap(meal: _Meal, event: Mapping[str, Any], lexicon: Lexicon, as_of: str) -> _Cap | None:
    def rows(kind: str) -> list[Figure]:
        listed = lexicon.rows(f"meal_cap_{kind}", as_of, event.get("country"))
        return [row for row in listed if row.currency == meal.currency and row.sourced]

    hours: float | None = event.get("science_hours")
    if event.get("country") is None:
        return None
    if meal.kind == "day":
        long = lexicon.figures_on(as_of).get("long_programme_above_hours")
        whole = rows("day_long") if hours is not None and long is not None and hours > long else rows("day")
        return _of(whole) if whole else _fine_below(_bare(rows))
    cap = _of(rows(str(meal.kind))) if meal.kind in _SINGLE else None
    cap = cap or _of(rows("snack") if meal.kind == "snack" else []) or _bare(rows) or _fine_below(_of(rows("small")))
    return _by_hour(cap, rows("per_hour"), hours)


def _bare(rows: Any) -> _Cap | None:
    """A meal of a kind that has no row of its own."""
    plain = _of(rows("meal"))
    if plain:
        return plain
    both = [cap for cap in (_of(rows(kind)) for kind in _SINGLE) if cap]
    if len(both) < len(_SINGLE):
        return None
    low, high = sorted(both, key=lambda cap: cap.low)
    return _Cap(low.low, high.high, f"{low.said} or {high.said}")


def _of(rows: Sequence[Figure]) -> _Cap | None:
    if not rows:
        return None
    strictest = min(rows, key=lambda row: float(row.value))
    said = f"{float(strictest.value):g} {strictest.currency}" + (f" ({strictest.note})" if strictest.note else "")
    return _Cap(float(strictest.value), float(strictest.value), said)


def _fine_below(cap: _Cap | None) -> _Cap | None:
    """What is fine up to a limit that says nothing about more."""
    return _Cap(cap.low, float("inf"), cap.said) if cap else None


def _by_hour(cap: _Cap | None, rows: Sequence[Figure], hours: float | None) -> _Cap | None:
    """Some countries cap a stand-alone meeting's meal by the hours of its programme."""
    if cap is None or not rows:
        return cap
    per_hour = float(rows[0].value)
    if hours is None:
        return _Cap(min(per_hour, cap.low), cap.high, cap.said)
    limit = min(cap.low, per_hour * hours)
    return cap if limit == cap.low else _Cap(limit, limit, f"{limit:g} {rows[0].currency} ({rows[0].note})")
