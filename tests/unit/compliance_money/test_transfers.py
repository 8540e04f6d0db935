"""What is given is stored always, never overwritten, and marked by dated thresholds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from compliance.domain.errors import ReasonMissing
from compliance.domain.money.transfer import Entry, TransferOfValue
from shared.kernel.errors import InvalidValue
from support.money_builders import by, given, given_in_germany, marked
from support.screening_builders import rules

SINGLE, YEAR = Decimal("13.82"), Decimal("138.13")


def standing(*amounts: str, **changes: Any) -> list[str]:
    marks = marked({f"t{at}": given(amount, **changes) for at, amount in enumerate(amounts)})
    return [mark.standing for mark in marks.values()]


def test_t126_a_coffee_of_5_10_with_a_year_of_120_is_stored_and_not_reportable() -> None:
    others = {f"t{at}": given("11.49") for at in range(10)}
    marks = marked({**others, "coffee": given("5.10")})
    assert sum((each.amount for each in others.values()), Decimal("5.10")) == Decimal("120.00")
    assert (marks["coffee"].standing, marks["coffee"].rule_id) == ("not_reportable", "TOV-02")
    assert marks["coffee"].figure is not None
    assert (marks["coffee"].figure["value"], marks["coffee"].figure["source"]) == ("13.82", "T1")


def test_t127_a_lunch_of_13_82_is_not_less_than_the_threshold_and_reportable() -> None:
    mark = marked({"lunch": given("13.82")})["lunch"]
    assert (mark.standing, mark.regime, mark.rule_id) == ("reportable", "open_payments", "TOV-02")
    assert "not less than 13.82 USD" in mark.why
    assert standing("13.81") == ["not_reportable"]


def test_t128_a_snack_of_9_that_lifts_the_year_to_140_20_makes_all_of_the_year_reportable() -> None:
    before = {f"t{at}": given("13.12") for at in range(10)}
    assert {mark.standing for mark in marked(before).values()} == {"not_reportable"}
    after = marked({**before, "snack": given("9.00")})
    assert sum((each.amount for each in before.values()), Decimal("9.00")) == Decimal("140.20")
    assert {mark.standing for mark in after.values()} == {"reportable"}
    assert "the year's total of 140.20 is above 138.13" in after["snack"].why


@whatever(st.lists(st.integers(1, 3_000), min_size=1, max_size=40))
def test_the_thresholds_decide_exactly(cents: list[int]) -> None:
    amounts = [Decimal(each) / 100 for each in cents]
    expected = ["reportable" if each >= SINGLE or sum(amounts) > YEAR else "not_reportable" for each in amounts]
    assert standing(*map(str, amounts)) == expected


def test_years_and_countries_are_held_apart() -> None:
    many = {f"t{at}": given("13.00", given_on=date(2025, 5, 4)) for at in range(11)}
    marks = marked({**many, "later": given("5.00", given_on=date(2026, 1, 2)), "german": given_in_germany("9.00")})
    assert marks["t0"].standing == "reportable"
    assert marks["later"].standing == "not_reportable"
    assert (marks["german"].regime, marks["german"].standing) == ("efpia", "reportable")


@pytest.mark.parametrize("year", [2018, 2023, 2030])
def test_without_a_sourced_threshold_a_small_payment_is_undecided(year: int) -> None:
    assert standing("5.00", given_on=date(year, 5, 4)) == ["undecided"]


def test_another_currency_makes_the_total_unknown() -> None:
    marks = marked({"euros": given("5.00", currency="EUR"), "dollars": given("5.00")})
    assert [mark.standing for mark in marks.values()] == ["undecided", "undecided"]


def test_a_country_without_a_known_rule_is_undecided() -> None:
    mark = marked({"t": given("5.00", country="CA")})["t"]
    assert (mark.standing, mark.regime) == ("undecided", None)


def test_in_europe_everything_is_disclosed_but_meals_within_the_cap_of_the_host_country() -> None:
    marks = marked(
        {
            "meal": given_in_germany("60.00", "meal"),
            "dear": given_in_germany("60.01", "meal"),
            "nowhere": given_in_germany("10.00", "meal", action_id="a"),
            "fee": given_in_germany("1.00"),
        }
    )
    assert [marks[name].standing for name in ("meal", "dear", "fee")] == ["not_reportable", "reportable", "reportable"]
    assert marks["meal"].figure is not None
    assert marks["meal"].figure["name"] == "meal_cap_meal"
    unknown = marked({"t": given("10.00", kind="meal", country="DE", currency="EUR", host_country=None)})["t"]
    assert unknown.standing == "reportable"


@pytest.mark.parametrize(
    ("recipient", "country", "expected"),
    [
        ("other", "DE", "not_reportable"),
        ("other", "US", "not_reportable"),
        ("patient_organisation", "DE", "reportable"),
        (None, "DE", "reportable"),
        (None, "US", "reportable"),
    ],
)
def test_whom_a_programme_covers_and_who_is_not_known_counts_as_covered(
    recipient: Any, country: str, expected: str
) -> None:
    told = given("50.00") if country == "US" else given_in_germany("50.00")
    assert marked({"t": told}, recipient)["t"].standing == expected


def test_the_countries_disclosed_are_those_of_the_rule_that_says_so() -> None:
    (row,) = rules().lexicon.rows("disclosed_countries", "2026-11-17")
    (scope,) = {rule.scope.countries for rule in rules().rules if rule.id == "TOV-01" and rule.scope.countries}
    assert set(row.value) == scope


def test_a_correction_is_another_version_with_a_reason() -> None:
    first = given("9.00")
    transfer = TransferOfValue.of("t", Entry(given=first, mark=marked({"t": first})["t"], rule_set="r"), by())
    with pytest.raises(ReasonMissing):
        transfer.correct(given("19.00"), by(why=" "))
    transfer.correct(given("19.00"), by(why="the receipt says 19"))
    transfer.void(by(why="paid back"))
    told = [(each.version, each.what, each.entry.given.amount) for each in transfer.written]
    assert told == [
        (1, "recorded", Decimal("9.00")),
        (2, "corrected", Decimal("19.00")),
        (3, "voided", Decimal("19.00")),
    ]
    with pytest.raises(InvalidValue, match="stays with its recipient"):
        TransferOfValue.of("t", transfer.details, by()).correct(given(stakeholder_id="person-2"), by())


@pytest.mark.parametrize("wrong", [{"amount": Decimal(0)}, {"evidence": " "}, {"action_id": None, "contract_id": None}])
def test_a_transfer_says_how_much_for_what_and_what_proves_it(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        given(**{"amount": "5.00", **wrong})
