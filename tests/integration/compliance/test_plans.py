"""Engagement plans over the real database: each submitted version is screened once, told and in the ledger."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import httpx
import pytest
import pytest_asyncio

from compliance.application.plans import NotAPlan, on_plan_submitted
from compliance.application.rules.rules_in_use import RulesNotLoaded
from compliance.application.screening import screen_plan
from compliance.domain.findings import Screening
from shared.contracts.catalog import parse
from shared.contracts.compliance import PlanScreenedV1
from shared.contracts.hashing import sha256_of
from shared.contracts.planner import PlanSubmittedV1
from shared.kernel.ids import new_id
from shared.testing import TestIssuer
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client
from support.plan_builders import a_plan
from support.screening_builders import rules

pytestmark = pytest.mark.platform
ISSUER = TestIssuer()
SCREEN = ISSUER.authorization("compliance:screen")


def really_screened(plan: Mapping[str, Any], as_of: datetime) -> Screening:
    return screen_plan(plan, rules(), as_of)


def submitted(plan: dict[str, Any], version: int = 2, **changes: Any) -> PlanSubmittedV1:
    event = PlanSubmittedV1(
        plan_id=plan["plan_id"],
        version=version,
        plan=plan,
        plan_sha256=sha256_of(plan),
        submitted_by="amira.medical",
        submitted_by_name="Dr Amira Sharma",
        edited_by=("amira.medical",),
        submitted_at="2026-11-22T09:00:00Z",  # type: ignore[arg-type] - as on the wire
    )
    return event.model_copy(update=changes)


async def hear(stage: Stage, event: PlanSubmittedV1) -> None:
    gate = replace(stage.gate, screen_plan=really_screened)
    await stage.deliver(partial(on_plan_submitted, gate=gate), event)


async def answers(stage: Stage, plan_id: str) -> list[PlanScreenedV1]:
    rows = await stage.rows(
        "SELECT type, payload FROM outbox_messages WHERE aggregate_id = :id ORDER BY sequence", id=plan_id
    )
    events = [parse(row["type"], bytes(row["payload"])) for row in rows]
    return [event for event in events if isinstance(event, PlanScreenedV1)]


async def test_a_plan_with_a_prescribing_goal_is_blocked_told_with_its_place_and_in_the_ledger(stage: Stage) -> None:
    plan = a_plan(plan_id=new_id(), kpis=["Attendance", "Prescriptions + 5 %"], company=None)

    await hear(stage, submitted(plan))
    await hear(stage, submitted(plan))

    (answer,) = await answers(stage, plan["plan_id"])
    assert (answer.version, answer.verdict, answer.rule_set) == (2, "block", rules().sha256)
    assert answer.plan_sha256 == sha256_of(plan)
    (finding,) = answer.findings
    assert finding.rule_id == "PUB-02"
    assert finding.remedy
    assert finding.evidence is not None
    assert (finding.evidence.field, finding.evidence.quote) == ("kpis[1]", "Prescriptions")
    rows = await stage.rows(
        "SELECT what, new_state FROM ledger WHERE aggregate = 'plan' AND aggregate_id = :id", id=plan["plan_id"]
    )
    assert [(row["what"], row["new_state"]) for row in rows] == [("plan_screened", "block")]
    rows = await stage.rows("SELECT verdict, rule_set FROM plan_screenings WHERE plan_id = :id", id=plan["plan_id"])
    assert [(row["verdict"], row["rule_set"]) for row in rows] == [("block", rules().sha256)]


async def test_no_plan_is_screened_by_rules_that_are_not_in_force(stage: Stage) -> None:
    plan = a_plan(plan_id=new_id())
    gate = replace(stage.gate, screen_plan=really_screened, rule_set=lambda: "rules-before")

    with pytest.raises(RulesNotLoaded):
        await stage.deliver(partial(on_plan_submitted, gate=gate), submitted(plan))
    assert await answers(stage, plan["plan_id"]) == []

    await hear(stage, submitted(plan))
    assert len(await answers(stage, plan["plan_id"])) == 1


async def test_each_version_is_screened_and_an_older_one_that_comes_late_is_not(stage: Stage) -> None:
    plan = a_plan(plan_id=new_id())

    await hear(stage, submitted(plan, version=5))
    await hear(stage, submitted(plan, version=2))
    await hear(stage, submitted(plan, version=7))

    assert [(each.version, each.verdict) for each in await answers(stage, plan["plan_id"])] == [
        (5, "pass"),
        (7, "pass"),
    ]


async def test_a_plan_that_was_changed_on_the_way_is_blocked(stage: Stage) -> None:
    plan = a_plan(plan_id=new_id())

    await hear(stage, submitted(plan, plan_sha256="0" * 64))

    (answer,) = await answers(stage, plan["plan_id"])
    assert (answer.verdict, answer.findings[0].rule_id) == ("block", "GATE-HASH")


async def test_what_is_no_plan_is_buried_and_quotes_none_of_its_words(stage: Stage) -> None:
    event = submitted(a_plan(plan_id=new_id()) | {"kpis": {"secret words": 1}})

    with pytest.raises(NotAPlan) as refused:
        await hear(stage, event)

    assert "secret words" not in str(refused.value)
    assert await answers(stage, event.plan_id) == []


@pytest_asyncio.fixture
async def http(stage: Stage) -> AsyncGenerator[httpx.AsyncClient]:
    async with gate_client(gate_app(stage, ISSUER, screen_plan=really_screened)) as client:
        yield client


async def test_a_plan_can_be_tried_and_nothing_is_stored(stage: Stage, http: httpx.AsyncClient) -> None:
    plan = a_plan(plan_id=new_id(), tiering={"criteria": ["Top prescribers"], "confirmed_by": None})

    answer = await http.post("/v1/plan-screenings", json=plan, headers=SCREEN)

    assert answer.status_code == 200, answer.text
    assert answer.json()["verdict"] == "block"
    assert {finding["rule_id"] for finding in answer.json()["findings"]} == {"CON-03", "PUB-02", "PRI-06"}
    assert await stage.rows("SELECT 1 FROM plan_screenings WHERE plan_id = :id", id=plan["plan_id"]) == []
    refused = await http.post("/v1/plan-screenings", json={**plan, "mood": "good"}, headers=SCREEN)
    assert refused.status_code == 422
    assert (await http.post("/v1/plan-screenings", json=plan)).status_code == 401
