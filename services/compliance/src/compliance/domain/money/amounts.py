"""Amounts of money: exact decimals in the currency they were paid in, never converted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from compliance.domain.money.currencies import MINOR_DIGITS
from compliance.domain.money.errors import UnusableAmount

_MOST = Decimal(10) ** 13


@dataclass(frozen=True, slots=True)
class Money:
    """Not negative, and no finer than the currency's minor unit. Raises UnusableAmount."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        digits = MINOR_DIGITS.get(self.currency)
        if digits is None:
            raise UnusableAmount(
                f"{self.currency!r} is no currency of ISO 4217", field="currency", remedy="name one such as EUR"
            )
        if not self.amount.is_finite() or not 0 <= self.amount < _MOST:
            raise UnusableAmount(
                "an amount is a number from 0 to 10,000,000,000,000", field="amount", remedy="correct the amount"
            )
        if self.amount != self.amount.quantize(Decimal(1).scaleb(-digits)):
            raise UnusableAmount(
                f"{self.currency} has {digits} decimal digits, not those of {self.amount}",
                field="amount",
                remedy="give the amount as it was paid",
            )

    @property
    def plain(self) -> str:
        """The number alone, with all digits of its currency: `13.80`."""
        return rounded(self.amount, self.currency)

    def __str__(self) -> str:
        return f"{self.plain} {self.currency}"


def rounded(amount: Decimal, currency: str) -> str:
    """`amount` with the digits of `currency`, halves away from zero, as text."""
    return format(amount.quantize(Decimal(1).scaleb(-MINOR_DIGITS[currency]), ROUND_HALF_UP), "f")


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    return sum(amounts, Decimal(0))
