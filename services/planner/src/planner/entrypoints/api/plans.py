"""Plans, and the actions planned within them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import Response

from planner.application.drafting import DraftAction
from planner.application.plans import OnPlan, OpenPlan
from planner.domain.plan import EngagementPlan
from planner.entrypoints.api.commands import draft_of
from planner.entrypoints.api.dependencies import Author, Bound, Reader, Reviewer
from planner.entrypoints.api.plan_commands import a_person, plan_change_of, plan_draft_of
from planner.entrypoints.api.schemas import ActionCreate, ActionRead, PlanClosing, PlanCreate, PlanPatch, PlanRead
from shared.auth.principal import Principal
from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.errors import NotFound
from shared.web.changelog import ChangeRead
from shared.web.etag import IfMatch, IfMatchIfGiven, etag
from shared.web.idempotency import Once, Reply
from shared.web.pages import Cursor, Page, page

router = APIRouter(prefix="/v1/plans", tags=["plans"])

PlanId = Annotated[UUID, Path(description="id of the plan")]


@router.post("", status_code=201, response_model=PlanRead)
async def open_plan(body: PlanCreate, author: Author, bound: Bound, once: Once) -> Response:
    """Open a plan. A length other than six to twelve months is accepted with a warning."""
    command = OpenPlan(draft=plan_draft_of(body, author), by=author.subject)

    async def perform(uow: SqlUnitOfWork) -> Reply:
        plan = await bound.open_plan(command, uow=uow)
        headers = {"ETag": etag(plan.version), "Location": f"/v1/plans/{plan.id}"}
        return Reply(201, PlanRead.of(plan), headers)

    return await once(author.subject, bound.unit_of_work, perform)


@router.get("")
async def list_plans(cursor: Cursor, bound: Bound, _reader: Reader) -> Page[PlanRead]:
    """Plans, newest first."""
    rows = await bound.queries.plans(after=cursor.after_id, limit=cursor.limit + 1)
    return page([PlanRead.of_row(row) for row in rows], cursor, key=lambda plan: plan.id)


@router.get("/{plan_id}")
async def show_plan(plan_id: PlanId, bound: Bound, _reader: Reader, response: Response) -> PlanRead:
    """One plan."""
    row = await bound.queries.plan(str(plan_id))
    if row is None:
        raise NotFound(f"there is no plan {plan_id}", remedy="list the plans with GET /v1/plans")
    response.headers["ETag"] = etag(row["version"])
    return PlanRead.of_row(row)


@router.get("/{plan_id}/changes")
async def list_changes(plan_id: PlanId, bound: Bound, _reader: Reader) -> list[ChangeRead]:
    """Who changed what and why, the newest 100 first."""
    return [ChangeRead.model_validate(row) for row in await bound.queries.changes(str(plan_id))]


@router.patch("/{plan_id}")
async def edit_plan(
    *, plan_id: PlanId, body: PlanPatch, expected: IfMatch, author: Author, bound: Bound, response: Response
) -> PlanRead:
    """Change what the plan says; it is a draft again, and the editor may not approve it later."""
    command = _on_plan(plan_id, author, expected)
    return _shown(await bound.edit_plan(command, plan_change_of(body, author), uow=bound.unit_of_work()), response)


@router.post("/{plan_id}/submission")
async def submit_plan(
    plan_id: PlanId, expected: IfMatchIfGiven, author: Author, bound: Bound, response: Response
) -> PlanRead:
    """Freeze the plan and hand it to the screen, which answers a moment later."""
    return _shown(await bound.submit_plan(_on_plan(plan_id, author, expected), uow=bound.unit_of_work()), response)


@router.post("/{plan_id}/approval")
async def approve_plan(
    plan_id: PlanId, expected: IfMatch, reviewer: Reviewer, bound: Bound, response: Response
) -> PlanRead:
    """Approve exactly what was screened, as a second person; 409 names what the screen found or that it has not yet."""
    command = _on_plan(plan_id, a_person(reviewer), expected)
    return _shown(await bound.approve_plan(command, uow=bound.unit_of_work()), response)


@router.post("/{plan_id}/closing")
async def close_plan(
    *, plan_id: PlanId, body: PlanClosing, expected: IfMatchIfGiven, author: Author, bound: Bound, response: Response
) -> PlanRead:
    """End the plan: nothing more is planned within it."""
    command = _on_plan(plan_id, author, expected)
    return _shown(await bound.close_plan(command, body.reason, uow=bound.unit_of_work()), response)


def _on_plan(plan_id: UUID, caller: Principal, expected: int | None) -> OnPlan:
    return OnPlan(plan_id=str(plan_id), by=caller.subject, by_name=caller.name, expected_version=expected)


def _shown(plan: EngagementPlan, response: Response) -> PlanRead:
    response.headers["ETag"] = etag(plan.version)
    return PlanRead.of(plan)


@router.post("/{plan_id}/actions", status_code=201, response_model=ActionRead)
async def draft_action(plan_id: PlanId, body: ActionCreate, author: Author, bound: Bound, once: Once) -> Response:
    """Draft an action. It goes to the gate only by its submission."""
    command = DraftAction(plan_id=str(plan_id), draft=draft_of(body), by=author.subject)

    async def perform(uow: SqlUnitOfWork) -> Reply:
        action = await bound.draft_action(command, uow=uow)
        headers = {"ETag": etag(action.version), "Location": f"/v1/actions/{action.id}"}
        return Reply(201, ActionRead.of(action), headers)

    return await once(author.subject, bound.unit_of_work, perform)


@router.get("/{plan_id}/actions")
async def list_actions_of_plan(plan_id: PlanId, cursor: Cursor, bound: Bound, _reader: Reader) -> Page[ActionRead]:
    """Actions of one plan, newest first."""
    if await bound.queries.plan(str(plan_id)) is None:
        raise NotFound(f"there is no plan {plan_id}", remedy="list the plans with GET /v1/plans")
    rows = await bound.queries.actions(plan_id=str(plan_id), after=cursor.after_id, limit=cursor.limit + 1)
    return page([ActionRead.of_row(row) for row in rows], cursor, key=lambda action: action.id)
