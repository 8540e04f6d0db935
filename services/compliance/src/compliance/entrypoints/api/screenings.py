"""Try a snapshot on the rules; nothing is stored."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from compliance.entrypoints.api.ports import Ports, Screener
from compliance.entrypoints.api.schemas import ScreeningRead
from shared.contracts.action_snapshot import ActionSnapshot
from shared.web.problem import Malformed
from shared.web.unambiguous import UnambiguousJson

router = APIRouter(tags=["screenings"], route_class=UnambiguousJson)
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # the framework's own spelling


@router.post("/v1/screenings", response_model=ScreeningRead)
async def screen_snapshot(body: ActionSnapshot, request: Request, _screener: Screener, ports: Ports) -> Response:
    """The answer a submission of this snapshot would get now; nothing is stored.

    Whoever it names by id is looked up, and the company's facts are our own; where it names nobody, its facts stand.
    A change of one of our channels may take a second to be seen here.
    """
    if _may_hold_half_a_pair(await request.body()):
        ensure_whole_text(body)
    answer = await ports.screen_draft(body.model_dump(mode="json", exclude_unset=True))
    written = _JSON.encode(answer.as_json(action_id=body.action_id))  # a test holds it to the response model
    return Response(written.encode(), media_type="application/json")


def _may_hold_half_a_pair(raw: bytes) -> bool:
    r"""Whether a JSON text may spell half a surrogate pair: as `\ud...` or as bytes that are no UTF-8."""
    if b"\\ud" in raw or b"\\uD" in raw:
        return True
    try:
        raw.decode()
    except UnicodeDecodeError:
        return True
    return False


def ensure_whole_text(body: BaseModel) -> None:
    """Half a surrogate pair can be neither hashed nor answered. Raises Malformed."""
    for name, value in body.model_dump().items():
        try:
            json.dumps(value, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise Malformed(
                f"{name} holds half of a surrogate pair", field=name, remedy="write the character whole"
            ) from None
