"""Asking somebody to look at a case."""

from __future__ import annotations

from dataclasses import dataclass

from compliance.application.teamwork.known import known_reviewer
from compliance.application.teamwork.ports import Colleague, Means, TeamworkUnitOfWork
from compliance.domain.case import Case
from compliance.domain.errors import SelfApproval
from compliance.domain.events import Occasion
from compliance.domain.review.assignment import Assignment, Task
from shared.kernel.errors import ConcurrentChange, InvalidValue, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of an assignment: which, in which version, by whom."""

    assignment_id: str
    expected_version: int
    by: Colleague


async def assign(
    action_id: str, assignee: str, step: str | None, by: Colleague, *, uow: TeamworkUnitOfWork, means: Means
) -> Assignment:
    """Ask `assignee` to look at the case, or at one step of it.

    Raises NotFound, UnknownColleague, SelfApproval for whoever wrote it, InvalidValue for a step it does not have, and
    AlreadyAssigned.
    """
    async with uow:
        case = await _case(action_id, uow)
        others = await uow.teamwork.assignments.of_case(action_id)
        task = Task(action_id=action_id, assignee=assignee, name=await _name(assignee, case, uow), step=step)
        _ensure_step(case, step)
        assignment = Assignment.assign(means.new_id(), task, others, await _occasion(by, uow, means))
        await uow.teamwork.assignments.add(assignment)
        await uow.commit()
    return assignment


async def reassign(change: Change, assignee: str, *, uow: TeamworkUnitOfWork, means: Means) -> Assignment:
    """Ask somebody else. Raises what `assign` does, and ConcurrentChange."""
    async with uow:
        assignment, case = await _seen(change, uow)
        others = await uow.teamwork.assignments.of_case(case.action_id)
        name = await _name(assignee, case, uow)
        assignment.reassign(assignee, name, others, await _occasion(change.by, uow, means))
        await uow.teamwork.assignments.save(assignment)
        await uow.commit()
    return assignment


async def unassign(change: Change, *, uow: TeamworkUnitOfWork, means: Means) -> None:
    """Ask nobody any more. Raises NotFound, ConcurrentChange, InvalidTransition."""
    async with uow:
        assignment, _ = await _seen(change, uow)
        assignment.end(await _occasion(change.by, uow, means))
        await uow.teamwork.assignments.save(assignment)
        await uow.commit()


async def _seen(change: Change, uow: TeamworkUnitOfWork) -> tuple[Assignment, Case]:
    """The assignment in the version the caller has seen, and its case, both locked: the case first."""
    found = await uow.teamwork.assignments.get(change.assignment_id)
    if found is None:
        raise NotFound(f"there is no assignment {change.assignment_id}", remedy="read the case; it lists them")
    case = await _case(found.details.action_id, uow)
    assignment = await uow.teamwork.assignments.get_for_update(change.assignment_id)
    if assignment is None or assignment.version != change.expected_version:
        version = None if assignment is None else assignment.version
        raise ConcurrentChange("it was changed meanwhile", remedy="read the case again", current_version=version)
    return assignment, case


async def _case(action_id: str, uow: TeamworkUnitOfWork) -> Case:
    """Locked: assignments of one case are made one after the other."""
    case = await uow.cases.get_for_update(action_id)
    if case is None:
        raise NotFound(f"there is no case of action {action_id}", remedy="GET /v1/cases lists all")
    return case


async def _name(assignee: str, case: Case, uow: TeamworkUnitOfWork) -> str:
    if assignee == case.submission.submitted_by or assignee in case.submission.edited_by:
        raise SelfApproval(
            f"{assignee} wrote or edited this action", field="assignee", remedy="ask somebody who did not work on it"
        )
    return (await known_reviewer(assignee, "assignee", uow.teamwork)).name


def _ensure_step(case: Case, step: str | None) -> None:
    steps = [each.step.name for each in case.progress]
    if step is not None and step not in steps:
        raise InvalidValue(
            f"this review has no step {step!r}", field="step", remedy=f"its steps are: {', '.join(steps) or 'none yet'}"
        )


async def _occasion(by: Colleague, uow: TeamworkUnitOfWork, means: Means) -> Occasion:
    now = means.clock.now()
    await uow.teamwork.colleagues.note(by, now)
    return Occasion(by=by.subject, at=now)
