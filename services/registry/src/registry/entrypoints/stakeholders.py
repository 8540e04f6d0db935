"""HTTP: stakeholders."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from registry.application import stakeholders as use_cases
from registry.application.ports import RegistryUnitOfWork
from registry.application.queries import StakeholderFilter, StoredJson
from registry.domain.errors import PersonRequired
from registry.domain.permission import permission_of
from registry.domain.stakeholder import StakeholderState
from registry.entrypoints.ports import Ports
from registry.entrypoints.schemas import (
    PermissionRead,
    ReasonBody,
    StakeholderCreate,
    StakeholderPatch,
    StakeholderRead,
)
from shared.auth.dependencies import require
from shared.auth.principal import Principal
from shared.contracts.vocabulary import StakeholderType
from shared.kernel.errors import NotFound
from shared.web.changelog import ChangeRead
from shared.web.etag import IfMatch, etag
from shared.web.idempotency import Once, Reply
from shared.web.pages import Cursor, Page, page

router = APIRouter(prefix="/v1/stakeholders", tags=["stakeholders"])
Reader = Annotated[Principal, Depends(require("registry:read"))]
Writer = Annotated[Principal, Depends(require("registry:write"))]


@router.post("", status_code=201, response_model=StakeholderRead)
async def register(body: StakeholderCreate, caller: Writer, ports: Ports, once: Once) -> Response:
    """Register somebody; the owner is routed by type unless one is given."""

    async def perform(uow: RegistryUnitOfWork) -> Reply:
        state = await use_cases.register_stakeholder(
            body.registration(),
            by=caller.subject,
            uow=uow,
            routing=ports.routing,
            country_code=ports.country_code,
            new_id=ports.new_id,
        )
        location = f"/v1/stakeholders/{state.id}"
        return Reply(201, StakeholderRead.of(state), {"ETag": etag(state.version), "Location": location})

    return await once(caller.subject, ports.unit_of_work, perform)


@router.get("", response_model=Page[StakeholderRead])
async def list_stakeholders(
    _caller: Reader,
    ports: Ports,
    cursor: Cursor,
    q: Annotated[
        str | None,
        Query(max_length=200, pattern=r"^[^\x00]*$", description="in a name or account, or platform:name"),
    ] = None,
    type: Annotated[StakeholderType | None, Query()] = None,  # noqa: A002 - the query parameter's public name
) -> Page[StakeholderRead]:
    """Stakeholders in order of registration."""
    after = cursor.after_id
    found = await ports.queries.stakeholders(
        StakeholderFilter(text=q or None, type=type, after=after, limit=cursor.limit + 1)
    )
    items = [StakeholderRead.model_validate_json(each.body) for each in found]
    return page(items, cursor, key=lambda item: item.id)


@router.get("/{stakeholder_id}", response_model=StakeholderRead)
async def show(stakeholder_id: UUID, _caller: Reader, ports: Ports) -> Response:
    """One stakeholder."""
    return as_stored(await ports.queries.stakeholder(str(stakeholder_id)), f"no stakeholder {stakeholder_id}")


@router.patch("/{stakeholder_id}", response_model=StakeholderRead)
async def revise(
    stakeholder_id: UUID, body: StakeholderPatch, expected: IfMatch, caller: Writer, ports: Ports
) -> Response:
    """Change stated facts, owner or stage. Absent fields stay, null makes a fact unknown."""
    state = await use_cases.revise_stakeholder(
        str(stakeholder_id),
        body.revision(),
        expected_version=expected,
        by=caller.subject,
        unit_of_work=ports.unit_of_work,
        routing=ports.routing,
        country_code=ports.country_code,
    )
    return _as_changed(state)


@router.post("/{stakeholder_id}/opt-out", response_model=StakeholderRead)
async def opt_out(stakeholder_id: UUID, body: ReasonBody, caller: Writer, ports: Ports) -> Response:
    """They asked us to stop; everything queued for them stops. Repeating it changes nothing."""
    return _as_changed(
        await use_cases.opt_out(
            str(stakeholder_id), reason=body.reason, by=caller.subject, unit_of_work=ports.unit_of_work
        )
    )


@router.post("/{stakeholder_id}/do-not-engage", response_model=StakeholderRead)
async def forbid_engagement(stakeholder_id: UUID, body: ReasonBody, caller: Writer, ports: Ports) -> Response:
    """We decide to leave them alone."""
    return await _set_do_not_engage(stakeholder_id, body, caller, ports, forbidden=True)


@router.delete("/{stakeholder_id}/do-not-engage", response_model=StakeholderRead)
async def allow_engagement(stakeholder_id: UUID, body: ReasonBody, caller: Writer, ports: Ports) -> Response:
    """Lift do-not-engage, with a reason. An opt-out stays."""
    return await _set_do_not_engage(stakeholder_id, body, caller, ports, forbidden=False)


@router.post("/{stakeholder_id}/complaint", response_model=StakeholderRead)
async def complain(stakeholder_id: UUID, body: ReasonBody, caller: Writer, ports: Ports) -> Response:
    """They have complained; everything queued for them stops, in every function, until it is settled."""
    return await _set_complaint(stakeholder_id, body, caller, ports, is_open=True)


@router.post("/{stakeholder_id}/complaint/settlement", response_model=StakeholderRead)
async def settle_complaint(stakeholder_id: UUID, body: ReasonBody, caller: Writer, ports: Ports) -> Response:
    """The complaint is settled, in the way the reason says; an opt-out and do-not-engage stay."""
    return await _set_complaint(stakeholder_id, body, caller, ports, is_open=False)


@router.delete("/{stakeholder_id}", status_code=204)
async def erase(stakeholder_id: UUID, _caller: Writer, ports: Ports) -> Response:
    """Delete everything held about somebody; subscribers are told to do the same."""
    await use_cases.erase(str(stakeholder_id), unit_of_work=ports.unit_of_work)
    return Response(status_code=204)


@router.get("/{stakeholder_id}/permission", response_model=PermissionRead)
async def permission(stakeholder_id: UUID, _caller: Reader, ports: Ports) -> PermissionRead:
    """May we approach them at all, as of now? Read at release; no answer means no."""
    state = await ports.queries.state(str(stakeholder_id))
    if state is None:
        raise _no_stakeholder(stakeholder_id)
    return PermissionRead.of(state, permission_of(state))


@router.get("/{stakeholder_id}/changes", response_model=list[ChangeRead])
async def changes(stakeholder_id: UUID, _caller: Reader, ports: Ports) -> list[ChangeRead]:
    """Who changed what and why, the newest 100 first."""
    return [ChangeRead.model_validate(row) for row in await ports.queries.changes(str(stakeholder_id))]


def as_stored(stored: StoredJson | None, missing: str) -> Response:
    """The stored JSON as a response with its ETag. Raises NotFound."""
    if stored is None:
        raise NotFound(missing, remedy="list them to find the id")
    return Response(stored.body, media_type="application/json", headers={"ETag": etag(stored.version)})


async def _set_do_not_engage(
    stakeholder_id: UUID, body: ReasonBody, caller: Principal, ports: Ports, *, forbidden: bool
) -> Response:
    return _as_changed(
        await use_cases.set_do_not_engage(
            str(stakeholder_id),
            forbidden=forbidden,
            reason=body.reason,
            by=caller.subject,
            unit_of_work=ports.unit_of_work,
        )
    )


async def _set_complaint(
    stakeholder_id: UUID, body: ReasonBody, caller: Principal, ports: Ports, *, is_open: bool
) -> Response:
    if caller.kind != "person":
        raise PersonRequired("a named person answers for a complaint", remedy="sign in as a person who may write")
    return _as_changed(
        await use_cases.set_complaint(
            str(stakeholder_id),
            is_open=is_open,
            reason=body.reason,
            by=caller.subject,
            unit_of_work=ports.unit_of_work,
        )
    )


def _as_changed(state: StakeholderState) -> Response:
    body = StakeholderRead.of(state).model_dump_json()
    return Response(body, media_type="application/json", headers={"ETag": etag(state.version)})


def _no_stakeholder(stakeholder_id: UUID) -> NotFound:
    return NotFound(f"no stakeholder {stakeholder_id}", remedy="list stakeholders to find the id")
