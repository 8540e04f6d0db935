"""Steps in AND, capacities in OR, tiers one after the other; and which steps a judged action has to take."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.case import Case
from compliance.domain.errors import NotYourStep
from compliance.domain.review.routing import RoutedStep, When, route_of
from compliance.domain.review.steps import REVIEWER, ReviewStep, missing
from compliance.domain.review.votes import Voter
from shared.kernel.errors import InvalidValue
from support.compliance_builders import (
    NOW,
    ROSA,
    SAM,
    a_ballot,
    a_case,
    a_finding,
    a_judgement,
    a_snapshot,
    a_step,
    a_voter,
)

MEDICAL, LEGAL, FINAL = (
    a_step("medical", "medical"),
    a_step("legal", "legal", "regulatory"),
    a_step("signature", "signatory", "person:sam", tier=2),
)


def a_routed_case(*route: ReviewStep) -> Case:
    return a_case(replace(a_judgement(), route=route))


def approve(case: Case, voter: Voter, step: str | None = None) -> None:
    case.vote(a_ballot(case, step=step), voter, NOW)


def test_all_steps_of_a_tier_have_to_agree_before_the_next_tier_is_asked() -> None:
    case = a_routed_case(FINAL, MEDICAL, LEGAL)
    with pytest.raises(NotYourStep, match="medical: medical; legal: legal or regulatory"):
        approve(case, a_voter("sam", "signatory"))
    approve(case, a_voter("mia", "medical"))
    assert [(each.step.name, each.is_complete, each.is_open) for each in case.progress] == [
        ("medical", True, False),
        ("legal", False, True),
        ("signature", False, False),
    ]
    approve(case, a_voter("leo", "regulatory"))
    assert case.state == "in_review"
    approve(case, a_voter("sam"))
    assert case.state == "approved"
    assert [(vote.step, vote.capacity) for vote in case.approvals] == [
        ("medical", "medical"),
        ("legal", "regulatory"),
        ("signature", "person:sam"),
    ]


def test_one_person_holds_two_roles_and_still_takes_one_step_only() -> None:
    case = a_routed_case(MEDICAL, LEGAL)
    both = a_voter("mia", "medical", "legal")
    approve(case, both, step="legal")
    assert [vote.step for vote in case.approvals] == ["legal"]
    with pytest.raises(Exception, match="already decided"):
        approve(case, both, step="medical")


@pytest.mark.parametrize("step", ["medical", "no such step", ""])
def test_an_approval_for_a_step_of_somebody_else_is_refused(step: str) -> None:
    case = a_routed_case(MEDICAL, LEGAL)
    with pytest.raises(NotYourStep):
        approve(case, a_voter("leo", "legal"), step=step)
    assert case.votes == ()


@pytest.mark.parametrize("decision", ["reject", "request_changes"])
def test_whoever_may_review_may_say_no_at_any_time(decision: Any) -> None:
    case = a_routed_case(MEDICAL, FINAL)
    case.vote(a_ballot(case, decision), a_voter("nina"), NOW)
    assert case.state in {"rejected", "changes_requested"}


def test_a_step_may_ask_for_several_people() -> None:
    case = a_routed_case(a_step(approvals=2))
    approve(case, a_voter(ROSA))
    assert case.state == "in_review"
    approve(case, a_voter(SAM))
    assert case.state == "approved"


def test_a_role_taken_out_of_a_step_no_longer_counts_for_it() -> None:
    case = a_routed_case(LEGAL)
    approve(case, a_voter("leo", "regulatory"))
    assert not case.missing_steps((LEGAL,))
    assert case.missing_steps((replace(LEGAL, any_of=frozenset({"legal"})),))


def test_nobody_asked_is_not_everybody_agreed() -> None:
    assert missing((), ())
    case = a_routed_case()
    with pytest.raises(NotYourStep):
        approve(case, a_voter(ROSA))


@pytest.mark.parametrize("wrong", [{"tier": 0}, {"tier": 4}, {"approvals": 0}, {"any_of": frozenset[str]()}])
def test_a_step_that_nobody_could_take_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        replace(MEDICAL, **wrong)


@given(
    roles=st.lists(st.sets(st.sampled_from(["medical", "legal", "signatory", "regulatory"]), max_size=2), max_size=8),
    approvals=st.integers(1, 2),
)
def test_approved_means_every_step_has_its_own_people_in_the_order_of_the_tiers(
    roles: list[set[str]], approvals: int
) -> None:
    route = (replace(MEDICAL, approvals=approvals), LEGAL, FINAL)
    case = a_routed_case(*route)
    for number, held in enumerate(roles):
        if case.state == "in_review":
            try:
                approve(case, a_voter(f"v{number}", *held))
            except NotYourStep:
                continue
    given_for = {step.name: {v.by for v in case.approvals if v.step == step.name} for step in route}
    complete = all(len(given_for[step.name]) >= step.approvals for step in route)
    assert (case.state == "approved") == complete
    assert sum(map(len, given_for.values())) == len(case.approvals)
    tiers = [next(step.tier for step in route if step.name == vote.step) for vote in case.approvals]
    assert tiers == sorted(tiers)


STEPS = (
    RoutedStep(step=a_step()),
    RoutedStep(step=MEDICAL, when=When(rules=frozenset({"PUB"}))),
    RoutedStep(step=LEGAL, when=When(verdicts=frozenset({"review"}), countries=frozenset({"FR"}))),
    RoutedStep(step=FINAL, when=When(rules=frozenset({"SOC-02"}), audiences=frozenset({"public"}))),
)


def names(*findings: Any, **changes: Any) -> list[str]:
    judged = a_judgement(*findings)
    snapshot = a_snapshot(**changes)
    return [step.name for step in route_of(STEPS, snapshot=snapshot, verdict=judged.verdict, findings=findings)]


@pytest.mark.parametrize(
    ("findings", "changes", "route"),
    [
        ((), {}, ["review"]),
        ((a_finding("review", "PUB-07"),), {"stakeholder": {"country": "DE"}}, ["review", "medical"]),
        ((a_finding("pass", "PUB-07"),), {}, ["review"]),
        ((a_finding("review", "PRI-01"),), {"stakeholder": {"country": "FR"}}, ["review", "legal"]),
        ((a_finding("review", "PRI-01"),), {"stakeholder": {}}, ["review", "legal"]),
        ((a_finding("review", "SOC-02"),), {"stakeholder": {"country": "DE"}}, ["review", "signature"]),
        (
            (a_finding("review", "SOC-02"),),
            {"stakeholder": {"country": "DE"}, "channel": {"audience": "private"}},
            ["review"],
        ),
        (
            (a_finding("review", "SOC-02"),),
            {"stakeholder": {"country": "DE"}, "channel": {"audience": "unknown"}},
            ["review", "signature"],
        ),
    ],
)
def test_risk_and_findings_choose_the_steps_and_an_unknown_fact_asks_for_more(
    findings: Any, changes: Any, route: list[str]
) -> None:
    assert names(*findings, **changes) == route


def test_whoever_may_review_takes_an_open_step_in_their_own_role_first() -> None:
    case = a_routed_case(a_step("any", REVIEWER, "medical"))
    approve(case, a_voter("mia", "medical"))
    assert case.approvals[0].capacity == "medical"
