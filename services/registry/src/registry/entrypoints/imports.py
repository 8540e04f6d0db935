"""HTTP: import of a CSV file, streamed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile

from registry.application.imports import StakeholderImport
from registry.application.rows import UnreadableFile
from registry.entrypoints.ports import Ports
from registry.entrypoints.schemas import ImportRead
from registry.entrypoints.stakeholders import Writer

router = APIRouter(prefix="/v1/stakeholder-imports", tags=["imports"])

_CHUNK = 65_536
_FILE = {"schema": {"type": "string", "format": "binary"}}
_BODY = {
    "requestBody": {
        "required": True,
        "description": "the file as the plain body, or as the one file of a form",
        "content": {
            "text/csv": _FILE,
            "multipart/form-data": {"schema": {"type": "object", "properties": {"file": _FILE["schema"]}}},
        },
    }
}


@router.post("", openapi_extra=_BODY)
async def import_stakeholders(
    request: Request,
    caller: Writer,
    ports: Ports,
    validate_only: Annotated[bool, Query(description="report what would happen, keep nothing")] = False,  # noqa: FBT002 - a query parameter
) -> ImportRead:
    """Keep the good rows, report the bad ones. Importing the same file again changes nothing."""
    job = StakeholderImport(
        by=caller.subject,
        unit_of_work=ports.unit_of_work,
        routing=ports.routing,
        country_code=ports.country_code,
        new_id=ports.new_id,
        validate_only=validate_only,
    )
    report = await job.run(_chunks(request), read_rows=ports.read_rows)
    return ImportRead.of(report, validate_only=validate_only)


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        async for chunk in request.stream():
            yield chunk
        return
    async with request.form(max_files=1, max_fields=10) as form:
        file = next((value for value in form.values() if isinstance(value, UploadFile)), None)
        if file is None:
            raise UnreadableFile("the form holds no file", field="file", remedy="send the CSV file as the field `file`")
        while chunk := await file.read(_CHUNK):
            yield chunk
