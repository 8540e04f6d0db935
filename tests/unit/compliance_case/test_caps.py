"""Whether there is room: windows that slide, calendars, money in several currencies, and what is not known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.caps.errors import CapReached, CapUnclear
from compliance.domain.caps.filling import Recorded, Taken
from compliance.domain.caps.limits import NOTHING_SAID, Limit, Whom
from compliance.domain.caps.room import Around, ensure_room
from compliance.domain.caps.takings import Taking
from compliance.domain.slot import Slot
from support.caps_builders import START, NoFigures, a_figure, a_limit, a_piece, a_recorded, a_taking

FIGURES = NoFigures((a_figure("contacts_without_reply", 1), a_figure("yearly_cap_fees", 20000, "EUR")))


def asked(
    taking: Taking,
    *limits: Limit,
    others: tuple[Taking, ...] = (),
    recorded: tuple[Recorded, ...] = (),
    **person: Any,
) -> None:
    """Raises where there is no room beside the others."""
    facts = {"type": "hcp", "country": "DE", **person}
    taken = {taking.scope: [Taken(taking=each, state="reserved") for each in others]}
    ensure_room([taking], limits, FIGURES, Around(person=facts, taken=taken, recorded=recorded))


def contacts(*days: float) -> tuple[Taking, ...]:
    return tuple(a_taking(f"other-{at}", days=each) for at, each in enumerate(days))


def test_the_last_contact_of_a_window_finds_room_and_the_next_does_not() -> None:
    asked(a_taking(), a_limit(3), others=contacts(-20, -10))
    with pytest.raises(CapReached) as refused:
        asked(a_taking(), a_limit(3), others=contacts(-20, -10, -1))
    assert "4 of 3" in refused.value.message
    assert "action:other-1 (reserved)" in refused.value.message


@pytest.mark.parametrize("days", [(-40, -29.5, 29.9), (-29, 5, 29), (1, 2, 31)])
def test_what_is_planned_after_it_counts_as_what_came_before(days: tuple[float, ...]) -> None:
    fits = days == (-40, -29.5, 29.9)
    try:
        asked(a_taking(), a_limit(2), others=contacts(*days))
    except CapReached:
        assert not fits
    else:
        assert fits


def test_a_long_slot_counts_wherever_in_it_the_action_may_happen() -> None:
    long = a_taking("long", span=Slot(START - timedelta(days=45), START - timedelta(days=20)))
    with pytest.raises(CapReached):
        asked(a_taking(), a_limit(1), others=(long,))


def test_a_calendar_month_begins_anew_and_a_slot_over_its_end_counts_in_both() -> None:
    limit = a_limit(1, days=None, calendar="month")
    december = a_taking("december", span=Slot(datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)))
    asked(a_taking(), limit, others=(december,))
    across = a_taking("across", span=Slot(datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 1, 1, tzinfo=UTC)))
    with pytest.raises(CapReached):
        asked(across, limit, others=(december,))


def test_every_limit_that_fits_holds_and_all_that_are_full_are_named() -> None:
    with pytest.raises(CapReached) as refused:
        asked(a_taking(), a_limit(1), a_limit(2, name="a year", days=365), others=contacts(-1, -2))
    assert [part.message.split("”")[0] for part in refused.value.parts] == [
        "the cap “contacts limit",
        "the cap “a year",
    ]


def test_a_limit_for_others_does_not_hold_and_an_unknown_fact_fits_every_limit() -> None:
    patients = a_limit(0, whom=Whom(person_types=frozenset({"patient"})))
    asked(a_taking(), patients)
    with pytest.raises(CapReached):
        asked(a_taking(), patients, type=None)


def test_answers_and_other_actions_count_only_where_the_limit_says_so() -> None:
    limit = a_limit(0, answers=False, action_types=frozenset({"message"}))
    asked(a_taking(), limit)
    asked(a_taking(action_type="message", answers=True), limit)
    with pytest.raises(CapReached):
        asked(a_taking(action_type="message"), limit)


def test_a_day_without_a_limit_is_no_open_day() -> None:
    with pytest.raises(CapUnclear):
        asked(a_taking(), a_limit(3, valid_until=date(2026, 10, 1)))
    with pytest.raises(CapUnclear):
        asked(a_taking(), a_limit(None, figure="nobody_set_it"))


def test_a_company_that_says_nothing_gets_one_contact_and_no_money() -> None:
    asked(a_taking(), *NOTHING_SAID)
    with pytest.raises(CapReached):
        asked(a_taking(), *NOTHING_SAID, others=contacts(-3))
    with pytest.raises(CapReached):
        asked(a_taking("a", a_piece("0.01")), *NOTHING_SAID)


def test_money_of_reservations_contracts_and_transfers_is_one_sum() -> None:
    limit = a_limit(1000, "person_spend")
    others = (a_taking("b", a_piece(300), days=2),)
    asked(a_taking("a", a_piece(400)), limit, others=others, recorded=(a_recorded("action:c", 300),))
    with pytest.raises(CapReached) as refused:
        asked(a_taking("a", a_piece(401)), limit, others=others, recorded=(a_recorded("action:c", 300),))
    assert "1001.00 EUR of 1000.00 EUR" in refused.value.message
    assert "action:c" in refused.value.message


def test_what_was_planned_agreed_and_given_for_one_cause_counts_once_as_the_most_of_them() -> None:
    limit = a_limit(1000, "person_spend")
    under = a_taking("b", a_piece(600, contract_id="K"))
    agreed = a_recorded("contract:K", 800, agreed=True)
    given = a_recorded("contract:K", 700)
    asked(a_taking("a", a_piece(200)), limit, others=(under,), recorded=(agreed, given))
    with pytest.raises(CapReached):
        asked(a_taking("a", a_piece("200.01")), limit, others=(under,), recorded=(agreed, given))


def test_another_year_is_another_cap() -> None:
    limit = a_limit(100, "person_spend")
    asked(a_taking("a", a_piece(100)), limit, recorded=(a_recorded("action:c", 100, year=2025),))


def test_currencies_share_one_whole_and_one_without_a_row_is_not_nothing() -> None:
    limits = (a_limit(1000, "person_spend"), a_limit(800, "person_spend", currency="GBP"))
    pounds = a_taking("b", a_piece(400, "GBP"))
    asked(a_taking("a", a_piece(500)), *limits, others=(pounds,))
    with pytest.raises(CapReached):
        asked(a_taking("a", a_piece("500.01")), *limits, others=(pounds,))
    with pytest.raises(CapUnclear):
        asked(a_taking("a", a_piece(1, "JPY")), *limits)
    with pytest.raises(CapUnclear):
        asked(a_taking("a", a_piece(1)), *limits, others=(a_taking("b", a_piece(1, "JPY")),))


def test_a_limit_may_be_the_figure_of_a_rule_and_about_one_kind_only() -> None:
    limit = a_limit(None, "person_spend", figure="yearly_cap_fees", kinds=frozenset({"fee"}))
    asked(a_taking("a", a_piece(20000), a_piece(500, kind="meal")), limit)
    with pytest.raises(CapReached):
        asked(a_taking("a", a_piece("20000.01")), limit)


def test_an_event_is_added_up_over_everybody() -> None:
    limit = a_limit(1000, "event_spend")
    event = {"cap": "event_spend", "scope": "event:summit"}
    others = (a_taking("b", a_piece(700), **event, stakeholder_id="person-2"),)
    asked(a_taking("a", a_piece(300), **event), limit, others=others)
    with pytest.raises(CapReached):
        asked(a_taking("a", a_piece(301), **event), limit, others=others)


@given(
    days=st.lists(st.floats(-90, 90), max_size=12),
    most=st.integers(1, 4),
    window=st.integers(1, 40),
)
def test_whoever_always_asks_first_never_exceeds_any_window(days: list[float], most: int, window: int) -> None:
    """Take in any order whatever finds room; afterwards no window of that length holds more than the limit."""
    limit = a_limit(most, days=window)
    held: list[Taking] = []
    for at, day in enumerate(days):
        wanted = a_taking(f"action-{at}", days=day, span=_moment(day))
        try:
            asked(wanted, limit, others=tuple(held))
        except CapReached:
            continue
        held.append(wanted)
    moments = sorted(each.span.start for each in held)
    for first in moments:
        assert sum(first <= each < first + timedelta(days=window) for each in moments) <= most


@given(amounts=st.lists(st.decimals(0, 400, places=2), max_size=10))
def test_whoever_always_asks_first_never_spends_more_than_the_limit(amounts: list[Decimal]) -> None:
    held: list[Taking] = []
    for at, amount in enumerate(amounts):
        wanted = a_taking(f"action-{at}", a_piece(amount))
        try:
            asked(wanted, a_limit(1000, "person_spend"), others=tuple(held))
        except CapReached:
            continue
        held.append(wanted)
    assert sum(piece.amount for each in held for piece in each.pieces) <= Decimal(1000)


def _moment(day: float) -> Slot:
    at = START + timedelta(days=day)
    return Slot(at, at)
