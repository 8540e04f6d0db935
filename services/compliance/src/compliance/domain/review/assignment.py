"""Who looks at a case. An assignment asks somebody; it permits nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from compliance.domain.errors import AlreadyAssigned
from compliance.domain.events import Occasion, StateChange
from compliance.domain.records import Document
from shared.kernel.errors import InvalidTransition


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The case of an action, or one step of its review, and who is asked to take it."""

    action_id: str
    assignee: str
    name: str
    step: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentChanged(StateChange):
    AGGREGATE: ClassVar[str] = "assignment"

    task: Task

    def evidence(self) -> Mapping[str, Any]:
        return {"action_id": self.task.action_id, "step": self.task.step}

    def personal(self) -> Mapping[str, Any]:
        return {"assignee": self.task.assignee}


class CaseAssigned(AssignmentChanged):
    """Somebody is asked to look at a case."""


class CaseReassigned(AssignmentChanged):
    """Somebody else is."""


class CaseUnassigned(AssignmentChanged):
    """Nobody is any more."""


class Assignment(Document[Task]):
    """`assigned` until it is `ended`."""

    @classmethod
    def assign(cls, assignment_id: str, task: Task, others: Iterable[Assignment], occasion: Occasion) -> Assignment:
        """Ask somebody. `others` are the assignments of the same case. Raises AlreadyAssigned."""
        _ensure_new(task, others)
        assignment = cls(assignment_id, task, state="assigned")
        assignment._write(CaseAssigned, None, occasion)
        return assignment

    def reassign(self, assignee: str, name: str, others: Iterable[Assignment], occasion: Occasion) -> None:
        """Ask somebody else. Raises AlreadyAssigned, and InvalidTransition once it has ended."""
        self._ensure_assigned()
        task = replace(self.details, assignee=assignee, name=name)
        _ensure_new(task, others)
        self.details = task
        self._write(CaseReassigned, "assigned", occasion)

    def end(self, occasion: Occasion) -> None:
        """Ask nobody. Raises InvalidTransition once it has ended."""
        self._ensure_assigned()
        self.state = "ended"
        self._write(CaseUnassigned, "assigned", occasion)

    def _ensure_assigned(self) -> None:
        if self.state != "assigned":
            raise InvalidTransition("this assignment has ended", remedy="assign the case anew")

    def _write(self, event: type[AssignmentChanged], old: str | None, occasion: Occasion) -> None:
        self.version += 1
        self.record(
            event(
                aggregate_id=self.record_id,
                version=self.version,
                old_state=old,
                new_state=self.state,
                occasion=occasion,
                task=self.details,
            )
        )


def _ensure_new(task: Task, others: Iterable[Assignment]) -> None:
    asked = {(other.details.assignee, other.details.step) for other in others if other.state == "assigned"}
    if (task.assignee, task.step) in asked:
        what = "this case" if task.step is None else f"the step {task.step}"
        raise AlreadyAssigned(f"{task.name} is already asked to take {what}", field="assignee")
