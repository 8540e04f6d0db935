"""Permits: read, redeemed online, verifiable offline with the published keys."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from compliance.domain.errors import WrongAudience
from compliance.entrypoints.api.ports import Ports, Reader
from compliance.entrypoints.api.schemas import PermitRead, RedemptionBody, RedemptionRead
from shared.auth.dependencies import require
from shared.auth.principal import Principal
from shared.kernel.errors import NotFound

router = APIRouter(tags=["permits"])
KEYS_MAX_AGE = 60
"""Seconds a cache on the way may keep the keys: far shorter than a new one is published before it signs."""
Executor = Annotated[Principal, Depends(require("permits:redeem"))]


@router.get("/v1/permits/{permit_id}")
async def read_permit(permit_id: str, _reader: Reader, ports: Ports) -> PermitRead:
    """One permit."""
    row = await ports.queries.permit(permit_id)
    if row is None:
        raise NotFound(f"there is no permit {permit_id}")
    return PermitRead.model_validate(row)


@router.post("/v1/permits/{permit_id}/redemption")
async def redeem_permit(permit_id: str, body: RedemptionBody, executor: Executor, ports: Ports) -> RedemptionRead:
    """Ask to act now. Only this answer allows the act; the same executor asking again gets the same answer."""
    if executor.kind != "service":
        raise WrongAudience("a permit is redeemed by its executor, not by a person")
    answer = await ports.redeem(permit_id, client_id=executor.client_id, content_sha256=body.content_sha256)
    return RedemptionRead(permit_id=answer.permit_id, redeemed_at=answer.redeemed_at, content=dict(answer.content))


@router.get("/.well-known/jwks.json")
async def published_keys(ports: Ports, response: Response) -> dict[str, Any]:
    """The public keys of permits: a new one before it signs, an old one until the last permit it signed has ended."""
    response.headers["Cache-Control"] = f"public, max-age={KEYS_MAX_AGE}"
    return dict(await ports.jwks())
