"""A take-down is settled by two people: one says what became of it, another looks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from compliance.application.integration_events import to_integration_event
from compliance.domain.aftercare.take_down import Proof, TakeDown, TakeDownChanged, Task
from compliance.domain.aftercare.terms import AftercareTerms, TakeDownTerms
from compliance.domain.errors import ReasonMissing, SelfApproval
from shared.contracts.compliance import TakeDownChangedV1
from shared.kernel.errors import DomainError, InvalidTransition, InvalidValue
from support.compliance_builders import EXECUTOR, NOW, ROSA, SAM, at

DUE = NOW + timedelta(hours=24)
GONE = Proof(kind="url_gone", url="https://mastodon.example/@havelmark/7")


def a_task(**changes: Any) -> TakeDown:
    given: dict[str, Any] = {
        "permit_id": "permit-1",
        "stakeholder_id": "person-1",
        "audience": EXECUTOR,
        "platform": "mastodon",
        "content_sha256": "c" * 64,
        "asked": "community.desk",
        "recalled_at": NOW,
        "due_at": DUE,
    }
    return TakeDown.of("action-1", Task(**{**given, **changes}), at())


def test_one_says_it_is_gone_and_another_confirms() -> None:
    task = a_task()
    task.done(GONE, at(by=ROSA))
    with pytest.raises(SelfApproval):
        task.confirm(at(by=ROSA))
    task.confirm(at(by=SAM))
    assert (task.state, task.details.outcome, task.details.confirmed_by) == ("closed", "taken_down", SAM)


def test_the_executors_own_answer_is_confirmed_by_a_person_like_everybodys() -> None:
    task = a_task()
    task.done(GONE, at(by=EXECUTOR), by_program=True)
    assert task.state == "done"
    task.confirm(at(by=ROSA))
    assert task.state == "closed"


def test_what_cannot_be_taken_down_needs_a_reason_and_a_second_person_too() -> None:
    task = a_task()
    with pytest.raises(ReasonMissing):
        task.not_possible(at(by=ROSA, why=" "))
    task.not_possible(at(by=ROSA, why="printed"))
    with pytest.raises(SelfApproval):
        task.confirm(at(by=ROSA))
    task.confirm(at(by=SAM))
    assert task.details.outcome == "not_possible"


def test_what_turns_out_to_be_still_there_is_open_again_and_no_less_due() -> None:
    task = a_task()
    task.done(GONE, at(by=ROSA))
    task.confirm(at(by=SAM))
    task.reopen(at(by=SAM, why="seen again in a cache"))
    assert (task.state, task.details.due_at, task.details.outcome) == ("open", DUE, None)
    assert task.is_overdue(DUE)


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "url_gone"}, {"kind": "url_gone", "url": " "}, {"kind": "screenshot", "url": "x"}, {"kind": "note"}],
)
def test_a_proof_holds_what_its_kind_needs(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        Proof(**wrong)


def test_an_overdue_task_is_told_once_to_those_who_have_to_hear() -> None:
    task = a_task()
    with pytest.raises(InvalidTransition):
        task.escalate(("head",), at(DUE - timedelta(seconds=1)))
    task.escalate(("head",), at(DUE))
    with pytest.raises(InvalidTransition):
        task.escalate(("head",), at(DUE + timedelta(days=1)))
    heard = to_integration_event(task.pull_events()[-1])
    assert isinstance(heard, TakeDownChangedV1)
    assert (heard.overdue, heard.tell, heard.state) == (True, ("head",), "open")


def test_neither_proof_nor_reason_leaves_the_gate() -> None:
    task = a_task()
    task.done(Proof(kind="note", note="deleted by hand"), at(by=ROSA, why="she asked for it"))
    event = task.pull_events()[-1]
    assert isinstance(event, TakeDownChanged)
    said = f"{to_integration_event(event)!r}{event.evidence()}"
    assert "by hand" not in said
    assert "she asked" not in said


def test_what_nobody_has_decided_is_due_at_once() -> None:
    assert AftercareTerms().take_down_due(NOW) == NOW
    assert AftercareTerms(take_down=TakeDownTerms(within=timedelta(hours=24))).take_down_due(NOW) == DUE


PEOPLE = st.sampled_from([ROSA, SAM, EXECUTOR])


class LifeOfATakeDown(RuleBasedStateMachine):
    """Anything may be tried by anybody at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.task = a_task()
        self.hours = 0

    def _try(self, step: Any) -> None:
        before = (self.task.version, self.task.state, self.task.details)
        try:
            step()
        except DomainError:
            assert (self.task.version, self.task.state, self.task.details) == before

    @rule(who=PEOPLE)
    def done(self, who: str) -> None:
        self._try(lambda: self.task.done(GONE, at(by=who), by_program=who == EXECUTOR))

    @rule(who=PEOPLE)
    def not_possible(self, who: str) -> None:
        self._try(lambda: self.task.not_possible(at(by=who)))

    @rule(who=PEOPLE)
    def confirm(self, who: str) -> None:
        self._try(lambda: self.task.confirm(at(by=who)))

    @rule(who=PEOPLE)
    def reopen(self, who: str) -> None:
        self._try(lambda: self.task.reopen(at(by=who)))

    @rule(hours=st.integers(1, 30))
    def time_goes_on(self, hours: int) -> None:
        self.hours += hours
        self._try(lambda: self.task.escalate((), at(NOW + timedelta(hours=self.hours))))

    @invariant()
    def nothing_is_settled_by_one_alone(self) -> None:
        details = self.task.details
        settled = self.task.state == "closed"
        assert settled == (details.outcome is not None) == (details.confirmed_by is not None)
        if settled:
            assert details.answer is not None
            assert details.answer.by != details.confirmed_by
            assert (details.outcome == "taken_down") == (details.answer.proof is not None)

    @invariant()
    def every_version_is_one_event(self) -> None:
        assert self.task.version >= 1


TestLifeOfATakeDown = LifeOfATakeDown.TestCase
TestLifeOfATakeDown.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
