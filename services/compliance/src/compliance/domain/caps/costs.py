"""What an action would cost, from its snapshot as resolved. What is not known is a refusal, never nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from compliance.domain.caps.errors import CapUnclear
from compliance.domain.screening.facts import values

_COSTLY = frozenset({"meeting", "event_invite", "training_offer", "influencer_post"})
"""Types of action that give something as a rule: whether they do has to be said, if only that they do not."""
_DISCLOSED = {"night": "accommodation", "registration": "registration"}
"""Kinds of hospitality to kinds of transfers of value; all others are meals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An amount of one kind, exact and never converted; `contract_id` names the contract that a fee is paid under."""

    kind: str
    amount: Decimal
    currency: str
    contract_id: str | None = None


def costs_of(snapshot: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Everything it gives: transfers of value, hospitality beyond those, and the fee of its contract.

    Of hospitality and the transfers of the same kind the larger sum counts. Raises CapUnclear for what is not known.
    """
    listed: Sequence[Mapping[str, Any]] | None = snapshot.get("transfer_of_value")
    if listed is None and snapshot.get("type") in _COSTLY:
        raise CapUnclear(
            "what this action gives is not stated, so it cannot be held against the caps",
            field="transfer_of_value",
            remedy="the author states it; an empty list says that nothing is given",
        )
    contract: Mapping[str, Any] = snapshot.get("contract") or {}
    pieces = [_piece(row, str(row.get("kind")), contract.get("id")) for row in listed or ()]
    event: Mapping[str, Any] = snapshot.get("event") or {}
    pieces.extend(_beyond(pieces, event))
    if event.get("travel") and not any(each.kind == "travel" for each in pieces):
        raise _unknown("travel", "event.travel")
    if not any(each.kind == "fee" for each in pieces):
        pieces.extend(_fee(contract))
    return tuple(each for each in pieces if each.amount)


def _beyond(listed: Sequence[Piece], event: Mapping[str, Any]) -> Iterator[Piece]:
    offered: dict[tuple[str, str], Decimal] = {}
    for row in event.get("hospitality") or ():
        piece = _piece(row, _DISCLOSED.get(str(row.get("kind")), "meal"), None)
        key = (piece.kind, piece.currency)
        offered[key] = offered.get(key, Decimal(0)) + piece.amount
    for (kind, currency), amount in offered.items():
        told = sum((each.amount for each in listed if (each.kind, each.currency) == (kind, currency)), Decimal(0))
        if amount > told:
            yield Piece(kind=kind, amount=amount - told, currency=currency)


def _fee(contract: Mapping[str, Any]) -> Iterator[Piece]:
    if contract.get("rate") is None and contract.get("hours") is None:
        return
    rate, hours = values.amount(contract.get("rate")), values.amount(contract.get("hours"))
    currency = values.currency(contract.get("currency"))
    if rate is None or hours is None or currency is None:
        raise _unknown("the fee", "contract")
    amount = Decimal(str(rate)) * Decimal(str(hours))
    yield Piece(kind="fee", amount=amount, currency=currency, contract_id=contract.get("id"))


def _piece(row: Mapping[str, Any], kind: str, contract_id: str | None) -> Piece:
    amount, currency = values.amount(row.get("amount")), values.currency(row.get("currency"))
    if amount is None or currency is None:
        raise _unknown(kind, "transfer_of_value")
    under = contract_id if kind == "fee" else None
    return Piece(kind=kind, amount=Decimal(str(amount)), currency=currency, contract_id=under)


def _unknown(what: str, field: str) -> CapUnclear:
    return CapUnclear(
        f"what {what} costs is not known, so it cannot be held against the caps",
        field=field,
        remedy="the author states amount and currency",
    )
