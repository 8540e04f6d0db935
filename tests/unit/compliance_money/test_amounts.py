"""Money is exact, in a currency that exists, and never finer than it can be paid."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.money.amounts import Money, rounded, total
from compliance.domain.money.currencies import MINOR_DIGITS
from compliance.domain.money.errors import UnusableAmount

CENTS = st.integers(0, 10**12)


@given(st.lists(CENTS))
def test_a_total_is_exact_whatever_the_order(cents: list[int]) -> None:
    amounts = [Decimal(each) / 100 for each in cents]
    assert total(amounts) == total(reversed(amounts)) == Decimal(sum(cents)) / 100


@given(st.sampled_from(sorted(MINOR_DIGITS)), CENTS)
def test_an_amount_of_whole_minor_units_is_kept_and_shown_with_all_its_digits(code: str, units: int) -> None:
    digits = MINOR_DIGITS[code]
    money = Money(Decimal(units).scaleb(-digits), code)
    assert Decimal(money.plain) == money.amount
    assert len(money.plain.partition(".")[2]) == digits


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("1.001", "EUR"),
        ("1.5", "JPY"),
        ("1.0001", "KWD"),
        ("-0.01", "EUR"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("10000000000000", "EUR"),
        ("1", "EURO"),
        ("1", "eur"),
        ("1", "ZZZ"),
    ],
)
def test_what_nobody_can_pay_is_no_amount(amount: str, currency: str) -> None:
    with pytest.raises(UnusableAmount):
        Money(Decimal(amount), currency)


def test_halves_are_rounded_away_from_zero() -> None:
    assert [rounded(Decimal(text), "EUR") for text in ("0.005", "0.0049", "2.675")] == ["0.01", "0.00", "2.68"]
