"""An assignment asks somebody, once for the same."""

from __future__ import annotations

import pytest

from compliance.domain.errors import AlreadyAssigned
from compliance.domain.review.assignment import Assignment, Task
from shared.kernel.errors import InvalidTransition
from support.compliance_builders import ROSA, SAM, at


def assigned(*others: Assignment, to: str = ROSA, step: str | None = None) -> Assignment:
    task = Task(action_id="action-1", assignee=to, name=to.title(), step=step)
    return Assignment.assign(f"assignment-{len(others)}", task, others, at())


def test_one_person_is_asked_once_for_the_same_and_may_take_several_steps() -> None:
    whole, medical = assigned(), assigned(step="medical")
    with pytest.raises(AlreadyAssigned, match="this case"):
        assigned(whole, medical)
    with pytest.raises(AlreadyAssigned, match="step medical"):
        assigned(whole, medical, step="medical")
    assigned(whole, medical, to=SAM)


def test_somebody_else_is_asked_and_then_nobody() -> None:
    first, second = assigned(), assigned(to=SAM)
    with pytest.raises(AlreadyAssigned):
        first.reassign(SAM, "Sam", [second], at())
    assert first.details.assignee == ROSA
    second.end(at())
    first.reassign(SAM, "Sam", [second], at())
    assert (first.details.assignee, first.version) == (SAM, 2)
    for change in (lambda: second.end(at()), lambda: second.reassign(ROSA, "Rosa", [], at())):
        with pytest.raises(InvalidTransition):
            change()


def test_who_is_asked_is_personal_to_the_ledger() -> None:
    (event,) = assigned(step="medical").pull_events()
    assert ROSA not in repr(event.evidence())  # type: ignore[attr-defined] - a state change
    assert event.personal() == {"assignee": ROSA}  # type: ignore[attr-defined] - a state change
