"""Actions: read, edited, submitted, withdrawn, reported on."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from planner.application.closing import ReportOutcome, WithdrawAction
from planner.application.drafting import EditAction
from planner.application.submission import SubmitAction
from planner.domain.action import Action
from planner.entrypoints.api.commands import change_of
from planner.entrypoints.api.dependencies import Author, Bound, Executor, Reader
from planner.entrypoints.api.schemas import ActionPatch, ActionRead, OutcomeReport, Withdrawal
from shared.contracts.vocabulary import ActionState
from shared.kernel.errors import NotFound
from shared.web.changelog import ChangeRead
from shared.web.etag import IfMatch, IfMatchIfGiven, etag
from shared.web.pages import Cursor, Page, page

router = APIRouter(prefix="/v1/actions", tags=["actions"])

ActionId = Annotated[UUID, Path(description="id of the action")]


@router.get("")
async def list_actions(
    cursor: Cursor,
    bound: Bound,
    _reader: Reader,
    stakeholder_id: Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")] = None,
    state: Annotated[ActionState | None, Query()] = None,
) -> Page[ActionRead]:
    """Actions, newest first, of one person or in one state if asked."""
    rows = await bound.queries.actions(
        stakeholder_id=stakeholder_id, state=state, after=cursor.after_id, limit=cursor.limit + 1
    )
    return page([ActionRead.of_row(row) for row in rows], cursor, key=lambda action: action.id)


@router.get("/{action_id}")
async def show_action(action_id: ActionId, bound: Bound, _reader: Reader, response: Response) -> ActionRead:
    """One action with what became of its latest submission."""
    row = await bound.queries.action(str(action_id))
    if row is None:
        raise NotFound(f"there is no action {action_id}", remedy="list the actions with GET /v1/actions")
    response.headers["ETag"] = etag(row["version"])
    return ActionRead.of_row(row)


@router.get("/{action_id}/changes")
async def list_changes(action_id: ActionId, bound: Bound, _reader: Reader) -> list[ChangeRead]:
    """Who changed what and why, the newest 100 first; a frozen snapshot is told by its hash."""
    return [ChangeRead.model_validate(row) for row in await bound.queries.changes(str(action_id))]


@router.patch("/{action_id}")
async def edit_action(
    *, action_id: ActionId, body: ActionPatch, expected: IfMatch, author: Author, bound: Bound, response: Response
) -> ActionRead:
    """Change the draft while the gate does not have it; the editor is recorded and may not approve it later."""
    command = EditAction(action_id=str(action_id), change=change_of(body), by=author.subject, expected_version=expected)
    return _shown(await bound.edit_action(command, uow=bound.unit_of_work()), response)


@router.post("/{action_id}/submission")
async def submit_action(
    action_id: ActionId, expected: IfMatchIfGiven, author: Author, bound: Bound, response: Response
) -> ActionRead:
    """Freeze the action with its facts and hand it to the gate; 409 names everything that is still missing."""
    command = SubmitAction(action_id=str(action_id), by=author.subject, by_name=author.name, expected_version=expected)
    return _shown(await bound.submit_action(command), response)


@router.post("/{action_id}/withdrawal")
async def withdraw_action(
    *, action_id: ActionId, body: Withdrawal, expected: IfMatchIfGiven, author: Author, bound: Bound, response: Response
) -> ActionRead:
    """Take the action back before it is released."""
    command = WithdrawAction(action_id=str(action_id), by=author.subject, reason=body.reason, expected_version=expected)
    return _shown(await bound.withdraw_action(command, uow=bound.unit_of_work()), response)


@router.post("/{action_id}/outcome")
async def report_outcome(
    action_id: ActionId, body: OutcomeReport, executor: Executor, bound: Bound, response: Response
) -> ActionRead:
    """Report what was done under a permit, as its audience. The same report again gets the same answer."""
    command = ReportOutcome(
        action_id=str(action_id),
        permit_id=body.permit_id,
        client_id=executor.client_id,
        result=body.outcome,
        detail=body.detail,
        evidence_url=body.evidence_url,
    )
    return _shown(await bound.report_outcome(command, uow=bound.unit_of_work()), response)


def _shown(action: Action, response: Response) -> ActionRead:
    response.headers["ETag"] = etag(action.version)
    return ActionRead.of(action)
