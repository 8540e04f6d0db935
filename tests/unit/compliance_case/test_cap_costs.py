"""What an action costs: transfers, hospitality beyond them, the fee of its contract; the unknown is a refusal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from compliance.domain.caps.costs import costs_of
from compliance.domain.caps.errors import CapUnclear
from compliance.domain.caps.takings import takings_of
from support.compliance_builders import SLOT, a_snapshot, a_submission

FEE = {"kind": "fee", "amount": 500.0, "currency": "EUR"}
LUNCH = {"kind": "lunch", "amount": 40, "currency": "EUR"}
CONTRACT = {"id": "K", "rate": 250, "hours": 4, "currency": "EUR"}


def costs(**changes: Any) -> list[tuple[str, Decimal, str]]:
    given = {"type": "meeting", "transfer_of_value": [], **changes}
    return [(each.kind, each.amount, each.currency) for each in costs_of(a_snapshot(**given))]


def test_what_is_listed_and_what_the_event_gives_beyond_it_is_added_up() -> None:
    meal = {"kind": "meal", "amount": 30, "currency": "EUR"}
    event = {"name": "Summit", "hospitality": [LUNCH, {"kind": "night", "amount": 120, "currency": "EUR"}]}
    assert costs(transfer_of_value=[meal, FEE], event=event) == [
        ("meal", Decimal(30), "EUR"),
        ("fee", Decimal("500.0"), "EUR"),
        ("meal", Decimal(10), "EUR"),
        ("accommodation", Decimal("120.0"), "EUR"),
    ]


def test_a_contract_without_a_stated_fee_costs_its_rate_times_its_hours() -> None:
    assert costs(contract=CONTRACT) == [("fee", Decimal(1000), "EUR")]
    assert costs(contract=CONTRACT, transfer_of_value=[FEE]) == [("fee", Decimal(500), "EUR")]


def test_nothing_given_costs_nothing() -> None:
    assert costs() == []
    assert costs(transfer_of_value=[{**FEE, "amount": 0}]) == []
    assert costs_of(a_snapshot()) == ()


@pytest.mark.parametrize(
    "unknown",
    [
        {"transfer_of_value": None},
        {"transfer_of_value": [{**FEE, "amount": None}]},
        {"transfer_of_value": [{**FEE, "amount": -1}]},
        {"transfer_of_value": [{**FEE, "currency": "€"}]},
        {"event": {"name": "Summit", "travel": {"mode": "air"}}},
        {"event": {"name": "Summit", "hospitality": [{**LUNCH, "amount": float("nan")}]}},
        {"contract": {**CONTRACT, "hours": None}},
        {"contract": {**CONTRACT, "currency": None}},
    ],
)
def test_a_cost_that_is_not_known_is_no_zero(unknown: dict[str, Any]) -> None:
    with pytest.raises(CapUnclear):
        costs(**unknown)


def test_an_action_takes_a_contact_and_where_it_costs_something_of_the_year_and_of_the_event() -> None:
    def caps(**changes: Any) -> list[str]:
        submission = a_submission(**changes)
        return [f"{each.cap} {each.scope}" for each in takings_of(submission, submission.snapshot, SLOT)]

    assert caps() == ["contacts person:person-1"]
    assert caps(transfer_of_value=[FEE], event={"name": " Summit  ON Sleep "}) == [
        "contacts person:person-1",
        "person_spend person:person-1",
        "event_spend event:summit on sleep",
    ]


def test_money_for_an_event_without_a_name_and_an_action_without_a_slot_are_refused() -> None:
    submission = a_submission(transfer_of_value=[FEE], event={"country": "DE"})
    with pytest.raises(CapUnclear):
        takings_of(submission, submission.snapshot, SLOT)
    with pytest.raises(CapUnclear):
        takings_of(a_submission(), a_snapshot(), None)
