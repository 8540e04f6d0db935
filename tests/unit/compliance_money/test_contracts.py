"""A contract is agreed by two people, on a need, within a fair fee, with its clause, before its service."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.errors import ReasonMissing, SelfApproval
from compliance.domain.money.contract import Contract
from compliance.domain.money.errors import ContractRefused, NumberAboveNeed
from compliance.domain.money.needs import NeedsAssessment
from compliance.domain.money.objections import all_objections, ensure_unopposed, objections
from shared.kernel.errors import InvalidTransition
from support.money_builders import (
    MIA,
    NOOR,
    ROSA,
    a_contract,
    a_formality,
    a_look,
    a_need,
    a_signature,
    an_agreed_contract,
    an_approved_band,
    an_approved_need,
    by,
    surroundings,
    the_terms,
)

FRENCH: dict[str, Any] = {"country": "FR", "band": an_approved_band(country="FR")}


def said_against(terms: Any, **around: Any) -> list[str]:
    return [each.rule_id for each in all_objections(terms, surroundings(**around))]


def test_nothing_speaks_against_a_contract_with_everything_it_needs() -> None:
    assert said_against(the_terms()) == []


def test_t095_a_round_of_fourteen_with_a_need_of_six_is_refused_until_need_or_number_is_changed() -> None:
    round_ = NeedsAssessment.write("need-1", a_need(experts_planned=14), by(MIA))
    with pytest.raises(NumberAboveNeed, match="14 experts, the need states 6"):
        round_.approve(by(NOOR))
    assert said_against(the_terms(), need=round_) == ["CON-01"]
    round_.revise(a_need(experts_planned=6), by(MIA))
    round_.approve(by(NOOR))
    assert said_against(the_terms(), need=round_) == []
    larger = NeedsAssessment.write("need-2", a_need(experts_needed=14, experts_planned=14), by(MIA))
    larger.approve(by(NOOR))


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 30))
def test_never_are_more_experts_engaged_than_needed_or_planned(needed: int, planned: int, asked: int) -> None:
    round_ = NeedsAssessment.write("need-1", a_need(experts_needed=needed, experts_planned=planned), by(MIA))
    try:
        round_.approve(by(NOOR))
    except NumberAboveNeed:
        assert planned > needed
        return
    engaged = 0
    for at in range(asked):
        try:
            round_.engage(f"contract-{at}", by(NOOR))
            engaged += 1
        except NumberAboveNeed:
            assert engaged == planned
    assert len(round_.details.engaged) == engaged <= needed


def test_a_terminated_contract_makes_room_and_a_need_does_not_shrink_below_the_engaged() -> None:
    round_ = an_approved_need(experts_needed=1, experts_planned=1)
    round_.engage("contract-1", by(NOOR))
    with pytest.raises(NumberAboveNeed):
        round_.engage("contract-2", by(NOOR))
    round_.let_go("contract-1", by(NOOR))
    round_.engage("contract-2", by(NOOR))
    larger = an_approved_need()
    for at in range(3):
        larger.engage(f"contract-{at}", by(NOOR))
    with pytest.raises(NumberAboveNeed, match="3 experts are engaged"):
        larger.revise(a_need(experts_needed=2, experts_planned=2), by(MIA))


def test_t096_a_rate_above_the_band_of_country_specialty_and_tier_is_refused() -> None:
    found = objections(the_terms(rate=Decimal(420)), surroundings())
    assert [each.rule_id for each in found] == ["CON-02"]
    assert "420 EUR" in found[0].message
    assert "180 to 320 (DE, cardiology, tier 2, EUR)" in found[0].message
    with pytest.raises(ContractRefused, match="above the fair-market-value band"):
        a_contract(rate=Decimal(420)).submit(found, by(MIA))


@given(st.decimals(0, 1000, places=2))
def test_a_rate_passes_exactly_up_to_the_end_of_its_band(rate: Decimal) -> None:
    assert (said_against(the_terms(rate=rate)) == ["CON-02"]) == (rate > 320)


def test_without_an_approved_band_no_fee_is_known_to_be_fair() -> None:
    assert said_against(the_terms(), band=None) == ["CON-02"]
    assert said_against(the_terms(rate=Decimal(0)), band=None) == ["CON-02"]


@pytest.mark.parametrize("kind", ["declaration", None])
def test_t097_above_the_french_lines_a_declaration_alone_is_refused(kind: Any) -> None:
    formalities = () if kind is None else (a_formality(submitted_on=date(2026, 11, 24)),)
    terms = the_terms(
        country="FR", rate=Decimal(250), hours=Decimal(9), service_begins_on=date(2026, 12, 7), formalities=formalities
    )
    found = all_objections(terms, surroundings(band=FRENCH["band"]))
    assert [each.rule_id for each in found] == ["CON-05"]
    assert "authorisation, not only a declaration" in found[0].message
    granted = a_formality("authorisation", submitted_on=date(2026, 9, 1), granted_on=date(2026, 11, 2))
    authorised = the_terms(country="FR", rate=Decimal(250), hours=Decimal(9), formalities=(granted,))
    assert said_against(authorised, band=FRENCH["band"]) == []


@pytest.mark.parametrize(
    ("rate", "hours", "objects"),
    [("200", "4", False), ("200.01", "1", True), ("200", "10", False), ("200", "10.5", True), ("199", "4.01", False)],
)
def test_the_french_lines_are_above_an_hour_half_a_day_and_the_contract(rate: str, hours: str, objects: bool) -> None:
    terms = the_terms(country="FR", rate=Decimal(rate), hours=Decimal(hours), formalities=(a_formality(),))
    assert (said_against(terms, band=FRENCH["band"]) == ["CON-05"]) is objects


@pytest.mark.parametrize(("submitted", "objects"), [("2026-11-25", False), ("2026-11-26", True)])
def test_a_french_declaration_is_made_eight_working_days_before(submitted: str, objects: bool) -> None:
    formality = a_formality(submitted_on=date.fromisoformat(submitted))
    terms = the_terms(country="FR", rate=Decimal(100), formalities=(formality,))
    assert (said_against(terms, band=FRENCH["band"]) == ["CON-05"]) is objects


def test_what_the_french_law_cannot_be_held_against_is_not_passed() -> None:
    band = an_approved_band(country="FR", currency="USD")
    assert said_against(the_terms(country="FR", currency="USD", rate=Decimal(90)), band=band) == ["CON-05"]
    far = {"service_begins_on": date(2031, 5, 5), "service_ends_on": date(2031, 5, 5)}
    found = all_objections(the_terms(country="FR", rate=Decimal(90), **far), surroundings(band=FRENCH["band"]))
    assert "are not listed" in found[0].message


@pytest.mark.parametrize("clause", [False, None])
def test_t099_a_contract_without_the_clause_to_declare_it_is_refused(clause: bool | None) -> None:
    assert said_against(the_terms(country="DE", declares_publicly=clause)) == ["INF-02"]


@pytest.mark.parametrize("leader", [True, None])
def test_t138_a_digital_opinion_leader_whose_past_posts_nobody_looked_at_is_refused(leader: bool | None) -> None:
    assert said_against(the_terms(digital_opinion_leader=leader)) == ["INF-06"]
    assert said_against(the_terms(digital_opinion_leader=leader, due_diligence=a_look())) == []


def test_what_was_found_in_past_posts_needs_a_conclusion_and_a_look_comes_first() -> None:
    found = the_terms(digital_opinion_leader=True, due_diligence=a_look(result="found"))
    assert said_against(found) == ["INF-06"]
    judged = a_look(result="found", conclusion="One old post about a competitor; no product since")
    assert said_against(the_terms(digital_opinion_leader=True, due_diligence=judged)) == []
    late = a_look(looked_on=date(2026, 12, 8), period_until=date(2026, 12, 1))
    assert said_against(the_terms(digital_opinion_leader=True, due_diligence=late)) == ["INF-06"]


def test_an_expert_nobody_knows_and_a_need_nobody_approved_are_refused_together() -> None:
    assert said_against(the_terms(), need=None, person_known=False) == ["CON-01", "CON-01"]
    with pytest.raises(ContractRefused) as refused:
        ensure_unopposed(objections(the_terms(), surroundings(need=None, band=None)), to="agreed")
    assert [part.field for part in refused.value.parts] == ["needs_assessment_id", "rate"]


def test_whoever_is_to_be_left_alone_is_not_engaged() -> None:
    stops = frozenset({"opted_out", "do_not_engage", "minor"})
    assert said_against(the_terms(), stops=stops) == ["PRI-04", "PRI-09", "PRI-04"]


def test_nobody_agrees_to_what_they_wrote_or_changed() -> None:
    contract = a_contract()
    contract.revise(the_terms(hours=Decimal(3)), by(ROSA))
    contract.submit((), by(MIA))
    for author in (MIA, ROSA):
        with pytest.raises(SelfApproval):
            contract.agree((), None, by(author))
    contract.agree((), None, by(NOOR))
    assert contract.state == "agreed"


def test_a_revision_voids_the_agreement_and_an_active_contract_never_changes() -> None:
    contract = an_agreed_contract()
    contract.revise(the_terms(rate=Decimal(300)), by(MIA))
    assert (contract.state, contract.details.agreed_by, contract.details.ground) == ("draft", None, None)
    active = an_agreed_contract()
    active.activate(a_signature(), (), by(NOOR))
    with pytest.raises(InvalidTransition):
        active.revise(the_terms(), by(MIA))
    with pytest.raises(ContractRefused, match="stays with its expert"):
        a_contract().revise(the_terms(stakeholder_id="person-2"), by(MIA))


@pytest.mark.parametrize(
    ("signed", "begins"), [(date(2026, 12, 8), date(2026, 12, 7)), (date(2026, 11, 24), date(2026, 12, 7))]
)
def test_a_contract_is_signed_before_its_service_and_not_in_the_future(signed: date, begins: date) -> None:
    contract = an_agreed_contract(service_begins_on=begins)
    with pytest.raises(ContractRefused, match="signed on"):
        contract.activate(a_signature(signed_on=signed), (), by(NOOR))
    assert contract.state == "agreed"


@pytest.mark.parametrize("reason", [None, "", "   ", "\n"])
def test_t125_a_change_without_a_reason_is_not_written(reason: str | None) -> None:
    contract = a_contract()
    contract.pull_events()
    for change in (
        lambda: contract.revise(the_terms(rate=Decimal(260)), by(MIA, reason)),
        lambda: contract.submit((), by(MIA, reason)),
        lambda: contract.terminate(by(MIA, reason)),
        lambda: Contract.draft("contract-2", the_terms(), by(MIA, reason)),
    ):
        with pytest.raises(ReasonMissing):
            change()
    assert (contract.version, contract.state, contract.details.terms.rate) == (1, "draft", Decimal("250.00"))
    assert contract.pull_events() == []


def test_what_the_ledger_keeps_names_nobody() -> None:
    contract = an_agreed_contract()
    contract.activate(a_signature(), (), by(NOOR))
    kept = str([event.evidence() for event in contract.pull_events()])  # type: ignore[attr-defined] - state changes
    assert "Lena" not in kept
    assert "person-1" not in kept
