"""Try a snapshot on the rules; nothing is stored."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends

from compliance.entrypoints.api.ports import Ports
from compliance.entrypoints.api.schemas import FindingRead, ScreeningRead
from shared.auth.dependencies import require
from shared.auth.principal import Principal
from shared.contracts.action_snapshot import ActionSnapshot
from shared.web.problem import Malformed

router = APIRouter(tags=["screenings"])
Screener = Annotated[Principal, Depends(require("compliance:screen"))]


@router.post("/v1/screenings")
async def screen_snapshot(body: ActionSnapshot, _screener: Screener, ports: Ports) -> ScreeningRead:
    """The answer a submission of this snapshot would get now; nothing is stored.

    Whoever it names by id is looked up, and the company's facts are our own; where it names nobody, its facts stand.
    """
    _hold_text_only(body)
    answer = await ports.screen_draft(body.model_dump(mode="json", exclude_unset=True))
    return ScreeningRead(
        action_id=body.action_id,
        verdict=answer.verdict,
        safety_handover=answer.safety_handover,
        findings=[FindingRead.model_validate(finding.as_json()) for finding in answer.findings],
        rule_set=answer.rule_set,
    )


def _hold_text_only(snapshot: ActionSnapshot) -> None:
    """Half a surrogate pair can be neither hashed nor answered. Raises Malformed."""
    for name, value in snapshot.model_dump().items():
        try:
            json.dumps(value, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise Malformed(
                f"{name} holds half of a surrogate pair", field=name, remedy="write the character whole"
            ) from None
