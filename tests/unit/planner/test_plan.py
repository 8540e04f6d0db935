"""The life of an engagement plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.domain.errors import NotEditable, NotScreenedYet, PlanBlocked, PlanSelfApproval
from planner.domain.events import PlanApproved, PlanChanged, PlanClosed, PlanSubmitted
from planner.domain.plan import EngagementPlan, PlanDraft
from planner.domain.plan_review import PlanAnswer, PlanSubmission, Tiering
from shared.kernel.errors import InvalidTransition, InvalidValue
from support.planner_builders import NOW

FINDING = {
    "rule_id": "PUB-02",
    "severity": "block",
    "message": "sales",
    "remedy": "Measure people trained.",
    "evidence": {"field": "kpis[0]", "start": 0, "end": 5, "quote": "Sales"},
}


def a_plan(**changes: Any) -> EngagementPlan:
    draft = PlanDraft(
        title="Sleep",
        therapy_area="Sleep medicine",
        objective="Plain material",
        starts_on=date(2026, 12, 1),
        ends_on=date(2027, 6, 30),
        purpose="Inform",
        kpis=("People trained",),
        tiering=Tiering(criteria=()),
    )
    plan = EngagementPlan.open(plan_id="plan-1", draft=replace(draft, **changes), by="amira")
    plan.version = 1
    plan.pull_events()
    return plan


def submit(plan: EngagementPlan) -> None:
    plan.submit(
        PlanSubmission(
            version=plan.version + 1,
            plan={"plan_id": plan.id},
            plan_sha256="s1",
            submitted_by="amira",
            submitted_by_name="Dr Amira Sharma",
            edited_by=plan.editors,
            submitted_at=NOW,
        )
    )
    plan.version += 1


def answer(plan: EngagementPlan, verdict: str = "pass", **changes: Any) -> bool:
    findings = (FINDING,) if verdict == "block" else ()
    said = PlanAnswer(version=2, plan_sha256="s1", verdict=verdict, findings=findings, rule_set="r1", screened_at=NOW)
    noted = plan.note_answer(replace(said, **changes))
    plan.version += noted
    return noted


def test_a_plan_is_submitted_screened_and_approved_by_a_second_person() -> None:
    plan = a_plan()
    submit(plan)
    assert answer(plan)
    plan.approve(by="noor", now=NOW)

    assert plan.state == "approved"
    submitted, approved = plan.pull_events()
    assert isinstance(submitted, PlanSubmitted)
    assert isinstance(approved, PlanApproved)
    assert (approved.submitted_version, approved.plan_sha256, approved.rule_set) == (2, "s1", "r1")


@pytest.mark.parametrize("by", ["amira", "jonas"])
def test_whoever_wrote_or_edited_a_plan_does_not_approve_it(by: str) -> None:
    plan = a_plan()
    plan.edit(replace(plan.draft, title="Sleep and rest"), by="jonas")
    submit(plan)
    answer(plan)
    with pytest.raises(PlanSelfApproval):
        plan.approve(by=by, now=NOW)


def test_a_plan_that_the_screen_blocks_is_not_approved_and_the_refusal_names_rule_place_and_remedy() -> None:
    plan = a_plan()
    submit(plan)
    answer(plan, "block")
    with pytest.raises(PlanBlocked) as refused:
        plan.approve(by="noor", now=NOW)

    assert plan.state == "blocked"
    assert "PUB-02" in refused.value.message
    (part,) = refused.value.parts
    assert (part.field, part.remedy) == ("kpis[0]", "Measure people trained.")


NOTE = {"rule_id": "PUB-01", "severity": "review", "message": "may mean sales", "evidence": {"field": "kpis[0]"}}


def approved_under_other_rules(first: tuple[dict[str, Any], ...] = ()) -> EngagementPlan:
    """Approved as the old rules screened it, and asked about again."""
    plan = a_plan()
    submit(plan)
    assert answer(plan, "review" if first else "pass", findings=first)
    plan.approve(by="noor", now=NOW)
    plan.version += 1
    plan.screen_again(NOW)
    plan.version += 1
    return plan


def test_other_rules_see_an_approved_plan_again_as_it_was_and_its_approval_stands_until_they_answer() -> None:
    plan = approved_under_other_rules()
    *_, approved, again = plan.pull_events()
    assert isinstance(approved, PlanApproved)
    assert isinstance(again, PlanSubmitted)
    assert (again.submission.version, again.submission.plan, again.submission.submitted_by) == (
        5,
        {"plan_id": plan.id},
        "amira",
    )
    assert (plan.state, plan.approval is not None) == ("approved", True)
    assert not answer(plan, "block"), "an answer about the version before is old news"
    assert answer(plan, version=5, rule_set="r2")
    assert (plan.state, plan.approval is not None) == ("approved", True)
    assert not answer(plan, "block", version=5, rule_set="r2")


@pytest.mark.parametrize(
    ("first", "verdict", "findings", "state"),
    [
        ((), "block", (FINDING,), "blocked"),
        ((), "review", (NOTE,), "in_review"),
        ((NOTE,), "review", (NOTE,), "approved"),
        ((NOTE,), "pass", (), "approved"),
        ((NOTE,), "review", ({**NOTE, "evidence": {"field": "purpose"}},), "in_review"),
        ((), "pass", ({**NOTE, "severity": "pass"},), "approved"),
    ],
)
def test_what_other_rules_object_to_for_the_first_time_voids_the_approval(
    first: tuple[dict[str, Any], ...], verdict: str, findings: tuple[dict[str, Any], ...], state: str
) -> None:
    plan = approved_under_other_rules(first)
    assert answer(plan, verdict, version=5, rule_set="r2", findings=findings)
    assert (plan.state, plan.approval is not None) == (state, state == "approved")


def test_a_plan_that_other_rules_have_not_answered_is_not_approved() -> None:
    plan = a_plan()
    submit(plan)
    answer(plan)
    plan.screen_again(NOW)
    plan.version += 1
    with pytest.raises(NotScreenedYet):
        plan.approve(by="noor", now=NOW)


def test_a_draft_or_closed_plan_is_not_screened_again() -> None:
    plan = a_plan()
    with pytest.raises(InvalidTransition):
        plan.screen_again(NOW)
    plan.close(by="amira", reason="done")
    with pytest.raises(InvalidTransition):
        plan.screen_again(NOW)


def test_a_plan_is_not_approved_before_the_screen_has_answered() -> None:
    plan = a_plan()
    with pytest.raises(InvalidTransition):
        plan.approve(by="noor", now=NOW)
    submit(plan)
    with pytest.raises(NotScreenedYet):
        plan.approve(by="noor", now=NOW)


@pytest.mark.parametrize("changes", [{"version": 1}, {"version": 3}, {"plan_sha256": "s2"}])
def test_an_answer_about_another_version_or_text_changes_nothing(changes: dict[str, Any]) -> None:
    plan = a_plan()
    submit(plan)
    assert not answer(plan, **changes)
    assert plan.state == "submitted"


def test_an_answer_that_comes_again_or_after_an_edit_changes_nothing() -> None:
    plan = a_plan()
    submit(plan)
    assert answer(plan)
    assert not answer(plan, "block")
    plan.edit(replace(plan.draft, kpis=("Sales",)), by="amira")
    assert not answer(plan)
    assert plan.state == "draft"


def test_a_change_makes_an_approved_plan_a_draft_that_has_to_be_screened_again() -> None:
    plan = a_plan()
    submit(plan)
    answer(plan)
    plan.approve(by="noor", now=NOW)
    plan.pull_events()

    plan.edit(replace(plan.draft, kpis=("Sales",)), by="amira")

    assert (plan.state, plan.answer, plan.approval) == ("draft", None, None)
    (event,) = plan.pull_events()
    assert isinstance(event, PlanChanged)
    with pytest.raises(InvalidTransition):
        plan.approve(by="noor", now=NOW)


def test_a_blocked_plan_may_be_changed_or_submitted_again_but_one_in_review_only_changed() -> None:
    plan = a_plan()
    submit(plan)
    answer(plan, "block")
    plan.must_be_submittable()
    plan = a_plan()
    submit(plan)
    answer(plan)
    with pytest.raises(InvalidTransition):
        plan.must_be_submittable()


def test_a_closed_plan_is_neither_changed_nor_submitted_nor_closed_again() -> None:
    plan = a_plan()
    with pytest.raises(InvalidValue):
        plan.close(by="amira", reason=" ")
    plan.close(by="amira", reason="called off")

    assert isinstance(plan.pull_events()[-1], PlanClosed)
    with pytest.raises(NotEditable):
        plan.edit(plan.draft, by="amira")
    with pytest.raises(InvalidTransition):
        plan.must_be_submittable()
    with pytest.raises(InvalidTransition):
        plan.close(by="amira", reason="again")
    with pytest.raises(InvalidTransition):
        plan.must_be_open()


def test_a_confirmation_holds_for_the_criteria_it_was_given_to_and_no_others() -> None:
    confirmed = Tiering.stated(("Teaching",), confirmed=True, by="amira", before=None)

    assert confirmed.confirmed_by == "amira"
    same = Tiering.stated(("Teaching",), confirmed=False, by="jonas", before=confirmed)
    other = Tiering.stated(("Followers",), confirmed=False, by="jonas", before=confirmed)
    assert (same.confirmed_by, other.confirmed_by) == ("amira", None)
