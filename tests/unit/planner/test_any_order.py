"""There is no order across topics: whatever the interleaving and the repetition, the action ends up the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from planner.domain.action import EDITABLE, OUTCOMES, WITHDRAWABLE, Action
from planner.domain.errors import NoSuchPermit, NotEditable, PermitUnknown
from planner.domain.events import ActionCompleted
from planner.domain.tracking import PermitSeen
from shared.kernel.errors import DomainError, InvalidTransition
from support.planner_builders import (
    NOW,
    a_case,
    a_draft,
    a_permit,
    a_submission,
    a_submitted_action,
    an_action,
    an_outcome,
)

News = Callable[[Action], object]


def case_news(state: str, version: int) -> News:
    return lambda action: action.note_case(a_case(action, state, version=version))


def released(action: Action) -> object:
    return action.note_released(a_permit())


def redeemed(action: Action) -> object:
    return action.note_redeemed(a_permit().id, NOW + timedelta(hours=1))


def recalled(action: Action) -> object:
    return action.note_recalled(a_permit().id, NOW + timedelta(hours=2))


def released_again(action: Action) -> object:
    return action.note_released(a_permit(id=SECOND, case_version=6))


def redeemed_again(action: Action) -> object:
    return action.note_redeemed(SECOND, NOW + timedelta(hours=1))


def tried_in_vain(action: Action) -> object:
    """The executor of the stopped permit reports until it is heard."""
    return action.report_outcome(an_outcome(result="not_done"))


SECOND = "0199a000-0000-7000-8000-0000000000ff"
STORIES = {
    "stopped, tried in vain, and released again": (
        [case_news("in_review", 1), case_news("approved", 2), case_news("paused", 4), case_news("approved", 5)],
        [released, tried_in_vain, released_again, redeemed_again],
        "released",
    ),
    "redeemed": ([case_news("in_review", 1), case_news("approved", 2)], [released, redeemed], "released"),
    "waiting": ([case_news("in_review", 1), case_news("approved", 2)], [], "approved"),
    "stopped": (
        [case_news("in_review", 1), case_news("approved", 2), case_news("paused", 4)],
        [released],
        "paused",
    ),
    "recalled before the act": (
        [case_news("in_review", 1), case_news("approved", 2)],
        [released, recalled],
        "recalled",
    ),
    "recalled after the act": (
        [case_news("in_review", 1), case_news("approved", 2), case_news("paused", 3), case_news("approved", 3)],
        [released, redeemed, recalled],
        "recalled",
    ),
    "expired": ([case_news("in_review", 1), case_news("expired", 4)], [released], "expired"),
}


@pytest.mark.parametrize("story", STORIES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_two_topics_merge_to_the_same_state_in_any_order(story: str, data: st.DataObject) -> None:
    of_cases, of_releases, expected = STORIES[story]
    queues = [list(of_cases), list(of_releases)]
    action = a_submitted_action()
    while any(queues):
        queue = data.draw(st.sampled_from([queue for queue in queues if queue]))
        news = queue.pop(0)
        for _ in range(data.draw(st.integers(1, 2))):
            news(action)

    assert action.state == expected


def numbered(number: int) -> PermitSeen:
    return a_permit(id=f"permit-{number}", case_version=2 * number)


class LifeOfAnAction(RuleBasedStateMachine):
    """Anything may be tried at any time; what may never be true is checked after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.action = an_action()
        self.case_version = 0
        self.completed: list[ActionCompleted] = []
        self.frozen: list[str] = []

    @rule(by=st.sampled_from(["amira", "jonas"]))
    def edit(self, by: str) -> None:
        before = self.action.state
        try:
            self.action.edit(a_draft(), by=by)
        except NotEditable:
            assert before not in EDITABLE
        else:
            assert before in EDITABLE
            assert by in self.action.editors
            self.action.version += 1

    @rule()
    def submit(self) -> None:
        before = self.action.state
        try:
            self.action.submit(a_submission(self.action))
        except NotEditable:
            assert before not in EDITABLE
        else:
            assert before in EDITABLE
            self.action.version += 1
            self.case_version = 0

    @rule(
        state=st.sampled_from(
            ["in_review", "blocked", "changes_requested", "rejected", "approved", "paused", "expired"]
        ),
        step=st.integers(-2, 2),
    )
    def hear_of_the_case(self, state: str, step: int) -> None:
        if self.action.submission is None:
            return
        version = max(1, self.case_version + step)
        news = self.action.note_case(a_case(self.action, state, version=version))
        assert news is (version > self.case_version)
        self.case_version = max(self.case_version, version)

    @rule(number=st.integers(1, 3))
    def hear_of_a_release(self, number: int) -> None:
        before, outcome = self.action.permit, self.action.outcome
        if self.action.note_released(numbered(number)):
            assert before is None or (
                before.redeemed_at is None and before.case_version < numbered(number).case_version
            )
            assert outcome is None or (outcome.result == "not_done" and self.action.outcome is None)

    @rule(number=st.integers(1, 3))
    def hear_of_a_redemption(self, number: int) -> None:
        self.action.note_redeemed(numbered(number).id, NOW)

    @rule()
    def withdraw(self) -> None:
        before = self.action.state
        try:
            self.action.withdraw(by="amira", reason="no longer needed")
        except InvalidTransition:
            assert before not in WITHDRAWABLE
        else:
            assert before in WITHDRAWABLE
            self.action.version += 1

    @rule(number=st.integers(1, 3), result=st.sampled_from(["done", "not_done"]))
    def report(self, number: int, result: str) -> None:
        permit, reported = self.action.permit, numbered(number).id
        redeemed_before = permit is not None and permit.id == reported and permit.redeemed_at is not None
        try:
            if self.action.report_outcome(an_outcome(permit_id=reported, result=result)):
                assert result == "not_done" or redeemed_before
        except (NoSuchPermit, PermitUnknown):
            assert not redeemed_before
        except DomainError:
            assert self.action.outcome is not None

    @invariant()
    def an_outcome_is_recorded_once_a_permit_and_nothing_follows_what_was_done(self) -> None:
        self.completed += [event for event in self.action.pull_events() if isinstance(event, ActionCompleted)]
        permits = [event.permit_id for event in self.completed]
        assert len(set(permits)) == len(permits)
        assert "done" not in [event.outcome for event in self.completed[:-1]]

    @invariant()
    def the_outcome_that_counts_is_the_last_one_recorded(self) -> None:
        outcome = self.action.outcome
        if outcome is not None:
            assert self.action.state in OUTCOMES
            assert (self.completed[-1].permit_id, self.completed[-1].outcome) == (outcome.permit_id, outcome.result)

    @invariant()
    def a_redeemed_permit_is_never_forgotten_by_a_new_submission(self) -> None:
        permit = self.action.permit
        if permit is not None and permit.redeemed_at is not None:
            assert self.action.state in OUTCOMES | {"released"}


LifeOfAnAction.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
test_the_life_of_an_action_holds_its_invariants = LifeOfAnAction.TestCase
