"""Try an engagement plan on the rules; nothing is stored."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from compliance.application.plans import judged
from compliance.entrypoints.api.ports import Ports, Screener
from compliance.entrypoints.api.schemas import FindingRead
from compliance.entrypoints.api.screenings import ensure_whole_text
from shared.contracts.plan_snapshot import PlanSnapshot
from shared.contracts.vocabulary import Verdict
from shared.web.unambiguous import UnambiguousJson

router = APIRouter(tags=["screenings"], route_class=UnambiguousJson)


class PlanScreeningRead(BaseModel):
    """The answer about a plan."""

    plan_id: str
    verdict: Verdict
    findings: list[FindingRead]
    rule_set: str


@router.post("/v1/plan-screenings")
async def try_plan(body: PlanSnapshot, _screener: Screener, ports: Ports) -> PlanScreeningRead:
    """The answer a submission of this plan would get now; nothing is stored. The company's facts are our own."""
    ensure_whole_text(body)
    answer = judged(body.model_dump(mode="json", exclude_unset=True), ports.gate)
    return PlanScreeningRead(
        plan_id=body.plan_id,
        verdict=answer.verdict,
        findings=[FindingRead.model_validate(finding.as_json()) for finding in answer.findings],
        rule_set=answer.rule_set,
    )
