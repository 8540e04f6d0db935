"""Money is judged by dated, sourced rows: caps of the host country, lines of the person's country, yearly totals."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from compliance.application.screening import screen
from compliance.domain.screening.facts.facts import facts_of
from compliance.domain.screening.facts.money import money
from compliance.domain.screening.facts.working_days import working_days_before
from compliance.domain.screening.lexicon import Figure
from support.screening_builders import AS_OF, found, planned, rules

MEETING: dict[str, Any] = {"type": "meeting", "channel": {"platform": "in_person", "audience": "private"}}


def lunch(country: str | None, amount: float, currency: str, **event: Any) -> dict[str, Any]:
    """A meeting with a lunch, held in `country`."""
    meal = {"kind": "lunch", "amount": amount, "currency": currency}
    held = {"country": country, "science_hours": 3, "guests": [], "product_content": False, "hospitality": [meal]}
    return planned(**MEETING, event=held | event)


def given_to(country: str, *rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A meeting at which somebody who practises in `country` is given something."""
    return planned(**MEETING, stakeholder={"country": country}, transfer_of_value=list(rows), **changes)


def benefit(kind: str, amount: float, currency: str = "EUR", total: float | None = None) -> dict[str, Any]:
    return {"kind": kind, "amount": amount, "currency": currency, "year_to_date": amount if total is None else total}


def seen(snapshot: dict[str, Any], as_of: date = AS_OF) -> dict[str, Any]:
    """What the rows of a day say about the money of an action."""
    return money(facts_of(snapshot, as_of=as_of.isoformat()), rules().lexicon)


def slot(day: str) -> dict[str, str]:
    return {"start": f"{day}T10:00:00Z", "end": f"{day}T12:00:00Z"}


@pytest.mark.parametrize(
    ("country", "currency", "fine", "above"),
    [
        ("AT", "EUR", 74.99, 75),
        ("CY", "EUR", 75, 75.01),
        ("CZ", "CZK", 1500, 1501),
        ("DK", "DKK", 450, 451),
        ("FI", "EUR", 45, 46),
        ("GB", "GBP", 75, 75.5),
        ("AU", "AUD", 140, 141),
        ("BA", "BAM", 140, 141),
    ],
)
def test_a_meal_counts_against_the_cap_of_the_host_country(
    country: str, currency: str, fine: float, above: float
) -> None:
    assert ("EVT-01", "block") not in found(lunch(country, fine, currency))
    assert ("EVT-01", "review") not in found(lunch(country, fine, currency))
    assert ("EVT-01", "block") in found(lunch(country, above, currency))


@pytest.mark.parametrize(
    ("country", "currency"), [(None, "EUR"), ("DE", "USD"), ("DE", "€"), ("IT", "EUR"), ("US", "USD"), ("BG", "EUR")]
)
def test_a_meal_without_a_sourced_row_is_reviewed_however_cheap_for_its_country(
    country: str | None, currency: str
) -> None:
    assert ("EVT-01", "review") in found(lunch(country, 15, currency))


def test_the_message_gives_amount_cap_and_tax_basis() -> None:
    findings = screen(lunch("GB", 90, "GBP"), rules(), AS_OF).findings
    told = next(finding for finding in findings if finding.rule_id == "EVT-01")

    assert "90 GBP" in told.message
    assert "75 GBP (excl. VAT and gratuities)" in told.message
    assert told.remedy is not None
    assert "75 GBP" in told.remedy


def test_an_action_of_2024_is_judged_by_the_rows_of_2024() -> None:
    cheap, dear = lunch("AU", 125, "AUD"), lunch("BG", 75, "BGN")

    assert seen(cheap, date(2024, 9, 30))["hospitality"]["above"]
    assert not seen(cheap, date(2024, 10, 1))["hospitality"]["above"]
    assert seen(dear, date(2025, 12, 31))["hospitality"]["cap_known"]
    assert not seen(dear, date(2026, 1, 1))["hospitality"]["cap_known"]
    assert not seen(dear, date(2020, 1, 1))["hospitality"]["cap_known"]


def test_two_plain_meals_are_not_added_but_their_doubt_is_none() -> None:
    event = {"hospitality": [{"kind": "meal", "amount": 40, "currency": "EUR"}] * 2}

    assert not seen(lunch("DE", 0, "EUR", **event))["hospitality"]["above"]


def test_service_in_another_currency_leaves_the_meal_undecided() -> None:
    rows = [{"kind": "dinner", "amount": 40, "currency": "EUR"}, {"kind": "meal", "amount": 5, "currency": "USD"}]

    assert not seen(lunch("DE", 0, "EUR", hospitality=rows))["hospitality"]["cap_known"]


@pytest.mark.parametrize(
    ("kind", "fine", "above"),
    [
        ("meal", 50, 50.01),
        ("accommodation", 150, 151),
        ("registration", 1000, 1001),
        ("travel", 2000, 2001),
        ("training", 1000, 1001),
        ("fee", 2000, 2001),
    ],
)
def test_a_benefit_in_france_above_its_line_is_blocked(kind: str, fine: float, above: float) -> None:
    assert ("CON-05", "block") not in found(given_to("FR", benefit(kind, fine)))
    assert ("CON-05", "review") in found(given_to("FR", benefit(kind, fine)))
    assert ("CON-05", "block") in found(given_to("FR", benefit(kind, above)))


def test_the_french_law_follows_the_person_and_not_the_place() -> None:
    abroad = planned(**MEETING, stakeholder={"country": "FR"}, event=lunch("DE", 55, "EUR")["event"])
    guest = given_to("DE", benefit("meal", 55), event={"country": "FR", "hospitality": []})

    assert ("CON-05", "block") in found(abroad)
    assert not {severity for rule, severity in found(guest) if rule == "CON-05"}


def test_a_third_impromptu_meal_is_no_longer_negligible() -> None:
    assert not seen(given_to("FR", benefit("meal", 30, total=60)))["benefits"]["declaration"]
    assert seen(given_to("FR", benefit("meal", 30, total=90)))["benefits"]["declaration"]


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2026-11-27", "2026-11-17"),
        ("2026-12-07", "2026-11-25"),
        ("2027-01-05", "2026-12-22"),  # Christmas and New Year's Day
        ("2026-05-26", "2026-05-12"),  # Ascension and Whit Monday
        ("2026-11-16", "2026-11-03"),  # 11 November
    ],
)
def test_the_french_lead_time_is_eight_working_days(day: str, last: str) -> None:
    assert working_days_before(day, 8, country="FR", lexicon=rules().lexicon) == last


def test_a_declaration_that_comes_too_late_is_blocked_and_one_in_time_is_reviewed() -> None:
    late = given_to("FR", benefit("meal", 40), scheduled_for=slot("2026-11-26"))
    timely = given_to("FR", benefit("meal", 40), scheduled_for=slot("2026-11-27"))

    assert ("CON-05", "block") in found(late)
    assert found(timely) & {("CON-05", "block"), ("CON-05", "review")} == {("CON-05", "review")}


def test_a_year_whose_holidays_are_not_listed_is_not_counted_through() -> None:
    assert working_days_before("2035-06-01", 8, country="FR", lexicon=rules().lexicon) is None


def test_open_payments_go_by_the_thresholds_of_the_year() -> None:
    coffee = given_to("US", benefit("meal", 13.6, "USD"))

    assert seen(coffee, date(2025, 6, 1))["disclosure"]["recorded"]
    assert not seen(coffee, date(2026, 6, 1))["disclosure"]["recorded"]
    assert not seen(coffee, date(2026, 6, 1))["disclosure"]["undecided"]


def test_the_year_total_makes_every_small_payment_one_to_record() -> None:
    assert seen(given_to("US", benefit("meal", 5, "USD", total=138.13)))["disclosure"]["recorded"] is False
    assert seen(given_to("US", benefit("meal", 5, "USD", total=138.14)))["disclosure"]["recorded"] is True


@pytest.mark.parametrize("year", [2018, 2020, 2022, 2023, 2024, 2030])
def test_a_year_without_sourced_thresholds_is_for_a_person(year: int) -> None:
    answer = screen(given_to("US", benefit("meal", 5, "USD")), rules(), date(year, 6, 1))

    assert ("TOV-02", "review") in {(finding.rule_id, finding.severity) for finding in answer.findings}


def test_fees_come_near_the_yearly_cap_at_80_percent_and_stop_at_it() -> None:
    def answer(total: float) -> dict[str, Any]:
        return seen(given_to("DE", benefit("fee", 500, total=total)))["remuneration"]

    assert not answer(16000)["near_year"]
    assert answer(16001)["near_year"]
    assert answer(20001)["above_year"]


def test_a_fee_in_a_currency_without_a_cap_is_undecided() -> None:
    assert seen(given_to("JP", benefit("fee", 90000, "JPY")))["remuneration"]["undecided"]


def test_of_the_limits_of_several_countries_the_lower_counts() -> None:
    rows = [
        Figure(
            name="limit", value=value, valid_from=since, valid_until=None, country=country, currency=None, source="x"
        )
        for country, value, since in [("DE", 9, "2020-01-01"), ("FR", 7, "2020-01-01"), ("FR", 8, "2025-01-01")]
    ]
    general = dataclasses.replace(rows[0], country=None, value=1)
    lexicon = dataclasses.replace(rules().lexicon, figures=(*rows, general))

    assert lexicon.figures_on("2026-01-01", ["DE", "FR"])["limit"] == 8
    assert lexicon.figures_on("2024-01-01", ["DE", "FR"])["limit"] == 7
    assert lexicon.figures_on("2026-01-01", ["GB"])["limit"] == 1


def test_every_figure_is_dated_and_sourced_and_no_country_is_called_uk() -> None:
    for figure in rules().lexicon.figures:
        assert date.fromisoformat(figure.valid_from) <= date.fromisoformat(figure.valid_until or "9999-12-31")
        assert figure.source
        assert figure.country != "UK"


@pytest.mark.parametrize("total", ["meal", "travel"])
def test_the_judgement_of_one_action_is_the_same_every_time(total: str) -> None:
    snapshot = given_to("FR", benefit(total, 45), event=lunch("FR", 45, "EUR")["event"])

    assert screen(snapshot, rules(), AS_OF) == screen(snapshot, rules(), AS_OF)
