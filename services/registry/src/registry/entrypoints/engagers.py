"""HTTP: our own people."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from registry.application import engagers as use_cases
from registry.application.ports import RegistryUnitOfWork
from registry.entrypoints.ports import Ports
from registry.entrypoints.schemas import EngagerBody, EngagerRead
from registry.entrypoints.stakeholders import Reader, Writer, as_stored
from shared.web.etag import IfMatchIfGiven, etag
from shared.web.idempotency import Once, Reply
from shared.web.pages import Cursor, Page, page

router = APIRouter(prefix="/v1/engagers", tags=["engagers"])


@router.post("", status_code=201, response_model=EngagerRead)
async def add(body: EngagerBody, caller: Writer, ports: Ports, once: Once) -> Response:
    """Add one of our people."""

    async def perform(uow: RegistryUnitOfWork) -> Reply:
        state = await use_cases.add_engager(body.facts(), by=caller.subject, uow=uow, new_id=ports.new_id)
        headers = {"ETag": etag(state.version), "Location": f"/v1/engagers/{state.id}"}
        return Reply(201, EngagerRead.of(state), headers)

    return await once(caller.subject, ports.unit_of_work, perform)


@router.get("", response_model=Page[EngagerRead])
async def list_engagers(_caller: Reader, ports: Ports, cursor: Cursor) -> Page[EngagerRead]:
    """Engagers in the order they were added."""
    found = await ports.queries.engagers(after=cursor.after_id, limit=cursor.limit + 1)
    items = [EngagerRead.model_validate_json(each.body) for each in found]
    return page(items, cursor, key=lambda item: item.id)


@router.get("/{engager_id}", response_model=EngagerRead)
async def show(engager_id: UUID, _caller: Reader, ports: Ports) -> Response:
    """One of our people."""
    return as_stored(await ports.queries.engager(str(engager_id)), f"no engager {engager_id}")


@router.put("/{engager_id}", response_model=EngagerRead)
async def replace(
    engager_id: UUID,
    body: EngagerBody,
    caller: Writer,
    ports: Ports,
    expected: IfMatchIfGiven,
) -> Response:
    """Replace all facts about one of our people."""
    state = await use_cases.replace_engager(
        str(engager_id),
        body.facts(),
        expected_version=expected,
        by=caller.subject,
        unit_of_work=ports.unit_of_work,
    )
    answer = EngagerRead.of(state).model_dump_json()
    return Response(answer, media_type="application/json", headers={"ETag": etag(state.version)})
