"""Facts that cannot all be true. Each is said in words; none is mended here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_DAY = 10  # characters of an ISO date
_MEALS = frozenset({"lunch", "dinner", "meal", "snack", "day"})
_DISCLOSED = {"registration": "registration", "night": "accommodation"}


def contradictions(facts: Mapping[str, Any]) -> Iterator[str]:
    """What contradicts what, in a fixed order. Reads the facts of `facts_of`, `as_of` included."""
    yield from _times(facts)
    yield from _totals(facts)
    if facts["benefits_stated"]:
        yield from _benefits(facts)


def _times(facts: Mapping[str, Any]) -> Iterator[str]:
    start, end, today = facts["slot_start"], facts["slot_end"], facts["as_of"]
    if start and end and end <= start:
        yield "the slot ends before it begins"
    target: Mapping[str, Any] = facts["target"] or {}
    if target.get("captured_at") and target["captured_at"][:_DAY] > today:
        yield f"the target was captured on {target['captured_at'][:_DAY]}, after the day of this screening"
    contract: Mapping[str, Any] = facts["contract"] or {}
    if start and contract.get("signed_on") and contract["signed_on"] > start[:_DAY]:
        yield f"the contract is signed on {contract['signed_on']}, after the action on {start[:_DAY]}"


def _totals(facts: Mapping[str, Any]) -> Iterator[str]:
    for row in facts["transfer_of_value"]:
        amount, total = row["amount"], row["year_to_date"]
        if amount is not None and total is not None and total < amount:
            yield f"{row['kind']}: the year's total {total:g} is below the amount {amount:g} it holds"


def _benefits(facts: Mapping[str, Any]) -> Iterator[str]:
    """An event that gives something, and a list of transfers of value that does not know of it."""
    event: Mapping[str, Any] = facts["event"] or {}
    given: Sequence[Mapping[str, Any]] = event.get("hospitality") or ()
    listed = {row["kind"] for row in facts["transfer_of_value"]}
    for kind, disclosed in _DISCLOSED.items():
        if any(row["kind"] == kind and row["amount"] for row in given) and disclosed not in listed:
            yield f"the event gives a {kind}, the transfers of value list no {disclosed}"
    meals = sum(row["amount"] or 0.0 for row in given if row["kind"] in _MEALS)
    told = sum(row["amount"] or 0.0 for row in facts["transfer_of_value"] if row["kind"] == "meal")
    if meals and told > meals:
        yield f"the transfers of value list meals of {told:g}, the event gives {meals:g}"
    elif told and facts["hospitality_stated"] and not meals:
        yield f"the transfers of value list meals of {told:g}, the event gives none"
