"""How full a limit is in one period: counted contacts, or money added up over everything that causes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from compliance.domain.caps.errors import CapUnclear
from compliance.domain.caps.limits import ANY_CURRENCY, Limit
from compliance.domain.caps.periods import calendar_periods, fullest_window, touches
from compliance.domain.caps.takings import Taking
from compliance.domain.slot import Slot

Held = Literal["reserved", "confirmed", "used"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What another action has taken, and how sure it is."""

    taking: Taking
    state: Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Money that a contract promises (`agreed`) or that was given, in a year or more (`span`).

    `cause` is `contract:<id>` or `action:<id>`: of what is planned, agreed and given for one cause the most counts.
    """

    cause: str
    kind: str
    amount: Decimal
    currency: str
    span: Slot
    agreed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A limit in one period. `amounts` by currency; `share` of the whole that they are; `causes` what takes it."""

    limit: Limit
    period: Slot | None
    most: Mapping[str, Decimal]
    amounts: Mapping[str, Decimal]
    share: Fraction
    causes: tuple[str, ...]


def counts(limit: Limit, taking: Taking) -> bool:
    """Whether this action is one of those that the limit is about."""
    if limit.cap != taking.cap or (limit.action_types and taking.action_type not in limit.action_types):
        return False
    return limit.answers or not taking.answers


def fillings(
    limit: Limit, most: Mapping[str, Decimal], around: Slot, takings: Sequence[Taking], recorded: Sequence[Recorded]
) -> Iterator[Filling]:
    """The limit in every period that `around` touches, by all of `takings`. Raises CapUnclear."""
    counted = [each for each in takings if counts(limit, each)]
    if limit.cap == "contacts":
        yield from _contacts(limit, most, around, counted)
    elif limit.cap == "event_spend" or limit.calendar is None:
        yield _money(limit, most, None, counted, recorded)
    else:
        for period in calendar_periods(limit.calendar, around):
            within = [each for each in counted if touches(each.span, period)]
            yield _money(limit, most, period, within, [each for each in recorded if touches(each.span, period)])


def _contacts(limit: Limit, most: Mapping[str, Decimal], around: Slot, counted: Sequence[Taking]) -> Iterator[Filling]:
    if limit.days is not None:
        yield _number(limit, most, None, fullest_window(limit.days, around, counted, lambda each: each.span))
        return
    for period in calendar_periods(limit.calendar or "year", around):
        yield _number(limit, most, period, [each for each in counted if touches(each.span, period)])


def _number(limit: Limit, most: Mapping[str, Decimal], period: Slot | None, within: Sequence[Taking]) -> Filling:
    number = {ANY_CURRENCY: Decimal(len(within))}
    causes = tuple(f"action:{each.action_id}" for each in within)
    return Filling(
        limit=limit, period=period, most=most, amounts=number, share=_share(limit, most, number), causes=causes
    )


def _money(
    limit: Limit,
    most: Mapping[str, Decimal],
    period: Slot | None,
    takings: Iterable[Taking],
    recorded: Iterable[Recorded],
) -> Filling:
    planned: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    agreed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    given: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for taking in takings:
        for piece in taking.pieces:
            if not limit.kinds or piece.kind in limit.kinds:
                cause = f"contract:{piece.contract_id}" if piece.contract_id else f"action:{taking.action_id}"
                planned[cause, piece.currency] += piece.amount
    for each in recorded:
        if not limit.kinds or each.kind in limit.kinds:
            (agreed if each.agreed else given)[each.cause, each.currency] += each.amount
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    causes = dict.fromkeys((*planned, *agreed, *given))
    for cause, currency in causes:
        key = (cause, currency)
        amounts[currency] += max(planned.get(key, _NONE), agreed.get(key, _NONE), given.get(key, _NONE))
    return Filling(
        limit=limit,
        period=period,
        most=most,
        amounts=dict(amounts),
        share=_share(limit, most, amounts),
        causes=tuple(dict.fromkeys(cause for cause, _ in causes)),
    )


_NONE = Decimal(0)


def _share(limit: Limit, most: Mapping[str, Decimal], amounts: Mapping[str, Decimal]) -> Fraction:
    """Of the whole: each currency by its own row, so that amounts are added without an exchange rate."""
    share = Fraction(0)
    for currency, amount in amounts.items():
        whole = most.get(currency, most.get(ANY_CURRENCY))
        if not amount:
            continue
        if whole is None:
            raise CapUnclear(
                f"{limit.name}: no row of this limit is in {currency}, and an amount in it is not nothing",
                field="transfer_of_value",
                remedy=f"plan the amount in {' or '.join(sorted(most)) or 'a currency of the limit'}, or have the "
                f"company set the limit in {currency} too",
            )
        share += Fraction(amount) / Fraction(whole) if whole else Fraction(2)
    return share
