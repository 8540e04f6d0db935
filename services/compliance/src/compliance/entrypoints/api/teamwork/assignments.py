"""Who is asked to look at a case."""

from __future__ import annotations

from fastapi import APIRouter, Response
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from compliance.application.teamwork import tasks
from compliance.application.teamwork.tasks import Change
from compliance.domain.review.assignment import Assignment
from compliance.entrypoints.api.ports import Reader, Reviewer, ensure_person
from compliance.entrypoints.api.teamwork.answers import Desk, colleague_of, created
from compliance.entrypoints.api.teamwork.schemas import AssigneeBody, AssignmentBody, AssignmentRead
from shared.auth.principal import Principal
from shared.web.etag import IfMatch, etag
from shared.web.idempotency import Once

router = APIRouter(prefix="/v1", tags=["review"])


@router.get("/cases/{action_id}/assignments")
async def list_assignments(action_id: str, _reader: Reader, desk: Desk) -> list[AssignmentRead]:
    """Who is asked to look at the case, and who stands in for those that are away."""
    rows = await desk.queries.assignments(action_id, desk.means.clock.now())
    return [AssignmentRead.model_validate(row) for row in rows]


@router.post("/cases/{action_id}/assignments", status_code=HTTP_201_CREATED, response_model=AssignmentRead)
async def assign(action_id: str, body: AssignmentBody, reviewer: Reviewer, desk: Desk, once: Once) -> Response:
    """Ask a colleague; it permits nothing, and whoever may review still may."""
    by = _person(reviewer)
    return await created(
        once,
        desk,
        by.subject,
        lambda uow: tasks.assign(action_id, body.assignee, body.step, by, uow=uow, means=desk.means),
        lambda made: (f"/v1/cases/{action_id}/assignments", made.version, _read(made)),
    )


@router.post("/assignments/{assignment_id}/reassignment")
async def reassign(
    assignment_id: str,
    body: AssigneeBody,
    *,
    reviewer: Reviewer,
    expected: IfMatch,
    desk: Desk,
    response: Response,
) -> AssignmentRead:
    """Ask somebody else."""
    change = Change(assignment_id=assignment_id, expected_version=expected, by=_person(reviewer))
    made = await tasks.reassign(change, body.assignee, uow=desk.unit_of_work(), means=desk.means)
    response.headers["ETag"] = etag(made.version)
    return _read(made)


@router.delete("/assignments/{assignment_id}", status_code=HTTP_204_NO_CONTENT)
async def unassign(assignment_id: str, *, reviewer: Reviewer, expected: IfMatch, desk: Desk) -> None:
    """Ask nobody any more."""
    change = Change(assignment_id=assignment_id, expected_version=expected, by=_person(reviewer))
    await tasks.unassign(change, uow=desk.unit_of_work(), means=desk.means)


def _person(reviewer: Principal) -> tasks.Colleague:
    ensure_person(reviewer, "asks somebody to look at a case")
    return colleague_of(reviewer)


def _read(assignment: Assignment) -> AssignmentRead:
    task = assignment.details
    return AssignmentRead(
        assignment_id=assignment.record_id,
        version=assignment.version,
        action_id=task.action_id,
        assignee=task.assignee,
        name=task.name,
        step=task.step,
    )
