"""Whether there is room for what an action takes: every limit in force that fits holds, all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import Any

from compliance.domain.caps.errors import CapReached, CapUnclear
from compliance.domain.caps.filling import Filling, Recorded, Taken, counts, fillings
from compliance.domain.caps.limits import ANY_CURRENCY, Limit, Limits
from compliance.domain.caps.takings import Taking
from compliance.domain.money.amounts import rounded
from compliance.domain.money.currencies import MINOR_DIGITS
from compliance.domain.screening.lexicon import Figures

_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is taken and recorded by others. `person` are facts as in the ActionSnapshot; `recorded` is the person's."""

    person: Mapping[str, Any]
    taken: Mapping[str, Sequence[Taken]]
    recorded: Sequence[Recorded]


def ensure_room(wanted: Sequence[Taking], limits: Limits, figures: Figures, around: Around) -> None:
    """Raises CapReached, with one part per limit that would be exceeded, and CapUnclear."""
    full = [filling for taking in wanted for filling in _exceeded(taking, limits, figures, around)]
    if not full:
        return
    parts = tuple(_refusal(filling, around) for filling in full)
    raise CapReached(
        "; ".join(part.message for part in parts), field=parts[0].field, remedy=parts[0].remedy, parts=parts
    )


def applying(taking: Taking, limits: Limits, person: Mapping[str, Any]) -> Sequence[Limit]:
    """The limits that this action is held against. Raises CapUnclear where none of its cap is in force."""
    on = taking.span.start.astimezone(UTC).date()
    in_force = [each for each in limits if each.cap == taking.cap and each.in_force(on)]
    if not in_force:
        raise CapUnclear(
            f"no limit of {taking.cap.replace('_', ' ')} is in force on {on}",
            field="scheduled_for",
            remedy="the company sets the limit for that day in its file; an unset limit is not an open one",
        )
    return [each for each in in_force if each.whom.fits(person) and counts(each, taking)]


def _exceeded(taking: Taking, limits: Limits, figures: Figures, around: Around) -> Iterator[Filling]:
    yield from (each for each in standing(taking, limits, figures, around) if each.share > 1)


def standing(taking: Taking, limits: Limits, figures: Figures, around: Around) -> Iterator[Filling]:
    """Every limit that the taking is held against, with all that is taken in its periods, the taking included.

    Raises CapUnclear.
    """
    on, country = taking.span.start.astimezone(UTC).date(), around.person.get("country")
    others = [each.taking for each in around.taken.get(taking.scope, ()) if each.taking.action_id != taking.action_id]
    recorded = around.recorded if taking.cap == "person_spend" else ()
    merged: dict[tuple[str, str], list[Limit]] = {}
    for limit in applying(taking, limits, around.person):
        merged.setdefault((limit.name, limit.period), []).append(limit)
    for rows in merged.values():
        most: dict[str, Decimal] = {}
        for row in rows:
            for currency, amount in row.most(on, country, figures).items():
                most[currency] = min(amount, most.get(currency, amount))
        if not most:
            raise CapUnclear(
                f"{rows[0].name}: the rule set has no figure {rows[0].figure} on {on}",
                remedy="have the figure set in the rules, or a number in the company file",
            )
        yield from fillings(rows[0], most, taking.span, (*others, taking), recorded)


def _refusal(filling: Filling, around: Around) -> CapReached:
    limit = filling.limit
    states = {f"action:{each.taking.action_id}": each.state for rows in around.taken.values() for each in rows}
    told = [f"{cause} ({states[cause]})" if cause in states else cause for cause in filling.causes]
    shown = ", ".join(told[:_SHOWN]) + (f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else "")
    remedy = (
        "plan it for later, or have one of these actions withdrawn"
        if limit.cap == "contacts"
        else "plan it for another period, give less, or have one of these withdrawn"
    )
    return CapReached(
        f"the cap “{limit.name}” would be exceeded: {said(filling)} {limit.period}, taken by {shown}",
        field=limit.cap,
        remedy=remedy,
    )


def said(filling: Filling) -> str:
    """Such as `5 of 4` or `900 EUR of 800 EUR`."""
    amounts = " + ".join(_amount(number, currency) for currency, number in sorted(filling.amounts.items()))
    most = " or ".join(_amount(number, currency) for currency, number in sorted(filling.most.items()))
    return f"{amounts or '0'} of {most}"


def _amount(number: Decimal, currency: str) -> str:
    if currency == ANY_CURRENCY:
        return f"{number:f}"
    return f"{rounded(number, currency) if currency in MINOR_DIGITS else format(number, 'f')} {currency}"
