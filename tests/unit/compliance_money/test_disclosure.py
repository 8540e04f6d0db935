"""A disclosure file has the published columns, stops on what is missing, and runs nothing in a spreadsheet."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from compliance.domain.errors import ContentChanged, SelfApproval
from compliance.domain.money import efpia, open_payments
from compliance.domain.money.amounts import Money
from compliance.domain.money.disclosure import DisclosureRun, Run, ensure_clean, hash_of
from compliance.domain.money.efpia import AMOUNTS, COLUMNS
from compliance.domain.money.errors import DisclosureStopped
from compliance.domain.money.open_payments_words import COLUMNS as GENERAL_PAYMENTS
from compliance.domain.money.reports import Report, cell
from support.money_builders import (
    MIA,
    NOOR,
    NOW,
    REFUSED,
    a_recipient,
    an_american,
    by,
    disclosable,
    given,
    given_in_germany,
)

COMPANY = "Havelmark Pharma"


def efpia_report(items: Any, recipients: Any, agreed: Any = None) -> Report:
    return efpia.efpia_report(items, recipients, agreed or {})


def open_payments_report(items: Any, recipients: Any, company: str) -> Report:
    return open_payments.open_payments_report(items, recipients, {}, company)


def lines(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(report.csv)))


def of_person(number: int, amount: str, kind: Any = "fee") -> Any:
    return given_in_germany(amount, kind, stakeholder_id=f"person-{number}")


def people(*named: int, refused: tuple[int, ...] = ()) -> dict[str, Any]:
    told = {f"person-{at}": a_recipient(stakeholder_id=f"person-{at}", full_name=f"Dr {at:02}") for at in named}
    return told | {
        f"person-{at}": a_recipient(stakeholder_id=f"person-{at}", full_name=f"Dr {at:02}", basis=REFUSED)
        for at in refused
    }


def test_t145_a_run_stops_on_a_person_record_without_lawful_basis_and_names_the_record() -> None:
    recipients = {"person-1": a_recipient(basis=None)}
    report = efpia_report(disclosable(given_in_germany()), recipients)
    assert report.rows == ()
    with pytest.raises(DisclosureStopped, match="person-1 has no lawful basis") as stopped:
        ensure_clean(report)
    assert [(part.field, "TOV-04" in part.message) for part in stopped.value.parts] == [("recipient person-1", True)]


def test_named_people_have_a_line_each_and_those_who_refused_are_added_up() -> None:
    items = disclosable(
        of_person(1, "500.00"),
        of_person(1, "120.50", "travel"),
        of_person(2, "300.00"),
        of_person(3, "100.00"),
        of_person(3, "50.00", "registration"),
        of_person(1, "1000.00", "research"),
    )
    report = efpia_report(items, people(1, 2, refused=(3,)))
    told = lines(report)
    assert [row["Section"] for row in told] == [
        "HCP individual",
        "HCP individual",
        "HCP aggregate",
        "HCP aggregate",
        "HCP aggregate",
        "Research & Development",
    ]
    assert (told[0]["Full Name"], told[0]["Fees"], told[0]["Travel & Accommodation"]) == ("Dr 01", "500.00", "120.50")
    assert told[0]["TOTAL"] == "620.50"
    assert [row["Fees"] for row in told[2:5]] == ["100.00", "1", "33.3"]
    assert [row["Registration Fees"] for row in told[2:5]] == ["50.00", "1", "100.0"]
    assert "Dr 03" not in report.csv
    assert told[5]["TOTAL"] == "1000.00"
    assert (report.individual, report.aggregated, report.totals) == (2, 1, {"EUR": Decimal("2070.50")})


@whatever(
    st.lists(
        st.tuples(
            st.integers(1, 5), st.integers(1, 10**7), st.sampled_from(("fee", "travel", "registration", "expense"))
        ),
        max_size=30,
    ),
    st.sets(st.integers(1, 5)),
)
def test_nothing_is_lost_between_records_and_file(told: list[tuple[int, int, str]], refused: set[int]) -> None:
    items = disclosable(*(of_person(who, f"{Decimal(cents) / 100:.2f}", kind) for who, cents, kind in told))
    named = tuple({1, 2, 3, 4, 5} - refused)
    report = efpia_report(items, people(*named, refused=tuple(refused)))
    assert report.stops == ()
    sums = [row for row in lines(report) if row["Currency"]]
    for total_of in (lambda row: [row["TOTAL"]], lambda row: [row[column] for column in AMOUNTS]):
        inside = sum((Decimal(value) for row in sums for value in total_of(row) if value), Decimal(0))
        assert inside == Decimal(sum(cents for _, cents, _ in told)) / 100


@whatever(st.permutations(range(6)))
def test_the_order_of_records_changes_no_byte(order: list[int]) -> None:
    items = disclosable(*(of_person(at % 3 + 1, f"{at + 1}.00") for at in range(6)))
    assert efpia_report([items[at] for at in order], people(1, 2, 3)).csv == efpia_report(items, people(1, 2, 3)).csv


def test_what_does_not_fit_the_template_stops_the_run_and_is_named() -> None:
    items = disclosable(
        given_in_germany("20.00", "gift"), given_in_germany("800.00", "grant"), given("9.00", country="CA")
    )
    report = efpia_report(items, {"person-1": a_recipient()})
    assert {(each.record, each.field) for each in report.stops} == {
        ("transfer transfer-1", "kind"),
        ("transfer transfer-2", "kind"),
        ("transfer transfer-3", "mark"),
    }
    assert efpia_report(disclosable(given_in_germany()), {}).stops[0].record == "recipient person-1"
    mixed = disclosable(given_in_germany("5.00"), given("9.00", country="DE", kind="fee"))
    assert {each.field for each in efpia_report(mixed, {"person-1": a_recipient()}).stops} == {"currency"}


def test_problems_that_stop_come_before_notes() -> None:
    hco = a_recipient(stakeholder_id="person-2", kind="patient_organisation")
    items = [
        *disclosable(of_person(2, "90.00", "grant"), recipient="patient_organisation"),
        *disclosable(given_in_germany("20.00", "gift")),
    ]
    report = efpia_report(items, {"person-1": a_recipient(), "person-2": hco})
    assert [each.severity for each in report.problems] == ["stops", "note"]


@pytest.mark.parametrize(
    ("second", "noted"), [("500.00", False), ("500.01", True), ("0.01", False)], ids=["exactly", "a cent more", "less"]
)
def test_fees_above_what_their_contract_agrees_are_noted(second: str, noted: bool) -> None:
    fees = [given_in_germany(amount, contract_id="contract-1") for amount in ("500.00", second)]
    agreed = {"contract-1": Money(Decimal("1000.00"), "EUR")}
    report = efpia_report(disclosable(*fees), {"person-1": a_recipient()}, agreed)
    assert [each.record for each in report.problems] == (["contract contract-1"] if noted else [])
    assert report.stops == ()
    other = {"contract-1": Money(Decimal("1000.00"), "CHF")}
    (problem,) = efpia_report(disclosable(*fees), {"person-1": a_recipient()}, other).problems
    assert "CON-02" in problem.message


def test_general_payments_have_the_91_published_columns() -> None:
    assert len(GENERAL_PAYMENTS) == len(set(GENERAL_PAYMENTS)) == 91
    report = open_payments_report(disclosable(given("13.82"), given("5.00")), {"person-1": an_american()}, COMPANY)
    (row,) = lines(report)
    assert tuple(row) == GENERAL_PAYMENTS
    assert row["Covered_Recipient_NPI"] == "1234567893"
    assert row["Total_Amount_of_Payment_USDollars"] == "13.82"
    assert (row["Date_of_Payment"], row["Program_Year"]) == ("05/04/2026", "2026")
    assert row["Nature_of_Payment_or_Transfer_of_Value"] == "Food and Beverage"
    assert row["Applicable_Manufacturer_or_Applicable_GPO_Making_Payment_Name"] == COMPANY
    assert row["Record_ID"] == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"npi": ""}, "npi"),
        ({"covered_type": "Doctor"}, "covered_type"),
        ({"owns_interest": None}, "owns_interest"),
        ({"licence_states": ()}, "licence_states"),
        ({"state": " "}, "state"),
    ],
)
def test_what_open_payments_asks_of_a_recipient_is_never_guessed(changes: dict[str, Any], field: str) -> None:
    report = open_payments_report(disclosable(given()), {"person-1": an_american(**changes)}, COMPANY)
    assert [(each.record, each.field) for each in report.stops] == [("recipient person-1", field)]


def test_nature_form_and_place_of_travel_are_the_programmes_own_words() -> None:
    fee = given("500.00", kind="fee", nature="Talk", form="Cheque")
    trip = given("500.00", kind="travel")
    report = open_payments_report(disclosable(fee, trip), {"person-1": an_american()}, COMPANY)
    assert {(each.record, each.field) for each in report.stops} == {
        ("transfer transfer-1", "nature"),
        ("transfer transfer-1", "form"),
        ("transfer transfer-2", "travel_city"),
    }


@pytest.mark.parametrize("words", ["=1+1", "+49 451", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1"])
def test_no_cell_is_run_by_a_spreadsheet(words: str) -> None:
    report = efpia_report(disclosable(given_in_germany()), {"person-1": a_recipient(full_name=words, city=words)})
    (row,) = report.rows
    assert row[1] == row[2] == f"'{words}"


@whatever(st.text(max_size=60))
def test_a_name_survives_the_file_as_it_is(name: str) -> None:
    recipient = a_recipient(full_name=name)
    rows = list(
        csv.reader(io.StringIO(efpia_report(disclosable(given_in_germany()), {"person-1": recipient}).csv, newline=""))
    )
    assert rows[0] == list(COLUMNS)
    assert rows[1][1] == cell(name)
    assert cell(name).removeprefix("'") == name.replace("\x00", "").removeprefix("'")


def a_run(report: Report) -> DisclosureRun:
    run = Run(
        regime="efpia",
        country="DE",
        year=2026,
        file=report.csv,
        sha256=hash_of(report),
        rows=len(report.rows),
        individual=report.individual,
        aggregated=report.aggregated,
        totals={},
        rule_set="r",
        prepared_by=MIA,
        prepared_at=NOW,
    )
    return DisclosureRun.prepare("run-1", run, by(MIA))


def test_a_run_is_approved_by_a_second_person_while_the_file_is_still_the_same() -> None:
    recipients = {"person-1": a_recipient()}
    report = efpia_report(disclosable(given_in_germany()), recipients)
    other = efpia_report(disclosable(given_in_germany("501.00")), recipients)
    run = a_run(report)
    with pytest.raises(SelfApproval):
        run.approve(report, by(MIA))
    with pytest.raises(ContentChanged):
        run.approve(other, by(NOOR))
    with pytest.raises(DisclosureStopped):
        run.approve(efpia_report(disclosable(given_in_germany()), {}), by(NOOR))
    run.approve(report, by(NOOR))
    assert (run.state, run.details.approved_by) == ("approved", NOOR)
