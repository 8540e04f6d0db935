"""Audits and the footprints they take."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from audit.application.audit_people import audit_people
from audit.entrypoints.ports import Ports
from audit.entrypoints.schemas import AuditAccepted, AuditRequest, FootprintRead
from shared.auth.dependencies import require
from shared.auth.principal import Principal
from shared.kernel.errors import InvalidValue
from shared.web.etag import etag
from shared.web.pages import Cursor, Page, page

router = APIRouter(prefix="/v1", tags=["footprints"])

Reader = Annotated[Principal, Depends(require("audit:read"))]
StakeholderId = Annotated[str, Path(max_length=200, pattern=r"^[\w.:-]+$")]
Writer = Annotated[Principal, Depends(require("audit:write"))]


@router.post("/audits", status_code=202)
async def audit(wanted: AuditRequest, _principal: Writer, ports: Ports) -> AuditAccepted:
    """Take footprints now and publish them; `audited` counts those whom the registry has announced."""
    if wanted.until is not None and wanted.until.tzinfo is None:
        raise InvalidValue("until names no offset", field="until", remedy="write it as 2026-11-22T12:00:00Z")
    audited = await audit_people(
        wanted.stakeholder_ids,
        window_days=wanted.window_days,
        until=wanted.until,
        uow_factory=ports.unit_of_work,
        thresholds=ports.thresholds,
        clock=ports.clock,
    )
    return AuditAccepted(audited=audited)


@router.get("/footprints")
async def list_footprints(_principal: Reader, ports: Ports, cursor: Cursor) -> Page[FootprintRead]:
    """The latest footprint of everybody."""
    rows = await ports.queries.footprints(after=cursor.after, limit=cursor.limit + 1)
    return page([FootprintRead.model_validate(dict(row)) for row in rows], cursor, key=lambda each: each.stakeholder_id)


@router.get("/footprints/{stakeholder_id}")
async def show_footprint(
    stakeholder_id: StakeholderId, _principal: Reader, ports: Ports, response: Response
) -> FootprintRead:
    """The latest footprint of one stakeholder."""
    footprint = FootprintRead.model_validate(dict(await ports.queries.footprint(stakeholder_id)))
    response.headers["ETag"] = etag(footprint.version)
    return footprint
