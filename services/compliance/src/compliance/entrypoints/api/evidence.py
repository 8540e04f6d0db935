"""The evidence pack of one action as one file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from compliance.entrypoints.api.ports import Ports, Reader
from compliance.entrypoints.api.schemas import NO_NUL
from compliance.entrypoints.evidence.files import as_file
from shared.auth.dependencies import require
from shared.auth.principal import Principal

router = APIRouter()
"""Below the cases."""
Inspector = Annotated[Principal, Depends(require("ledger:read"))]


@router.get("/{action_id}/evidence-pack", response_class=HTMLResponse)
async def evidence_pack(
    action_id: Annotated[str, Path(max_length=200, pattern=NO_NUL)], inspector: Inspector, _reader: Reader, ports: Ports
) -> HTMLResponse:
    """Everything that was decided about an action and the proof of it, for people and programs, checked offline.

    Needs both scopes, because it quotes texts and names colleagues. 503 `not_proven_yet` until the newest change is
    under a signed checkpoint.
    """
    pack = await ports.evidence(action_id, inspector.subject)
    name = (
        f'attachment; filename="evidence-{"".join(each for each in action_id if each.isalnum() or each in "-_")}.html"'
    )
    return HTMLResponse(await run_in_threadpool(as_file, pack), headers={"Content-Disposition": name})
