"""A review in steps over HTTP, and what became of reviews from before there were steps."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import sqlalchemy

from compliance.domain.findings import Screening
from compliance.domain.review.routing import RoutedStep
from shared.db.migrations import upgrade
from shared.testing import TestIssuer
from support.compliance_builders import a_finding, a_step
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client

pytestmark = pytest.mark.platform

ISSUER = TestIssuer()
SCOPES = ("compliance:read", "compliance:review")
STEPS = (RoutedStep(step=a_step("medical", "medical")), RoutedStep(step=a_step("signature", "signatory", tier=2)))

_LEDGER = """
INSERT INTO ledger (aggregate, aggregate_id, aggregate_version, what, new_state, who, at, leaf, leaf_sha256) VALUES
  ('case', 'a1', 1, 'case_voted', 'in_review', 'r', now(),
   '{"aggregate": "case", "aggregate_id": "a1", "aggregate_version": 1, "evidence": {}}', '')
"""
_OLD = """
INSERT INTO cases (action_id, version, state, action_version, stakeholder_id, snapshot, snapshot_sha256,
  content_sha256, submitted_by, submitted_by_name, edited_by, judgement, votes, stops) VALUES
  ('a1', 1, 'in_review', 1, 'k1', '{}', 'x', 'y', 'u', 'U', '[]', $1, $2, '[]')
"""


async def test_each_role_takes_its_step_in_turn(stage: Stage) -> None:
    stage.gate = replace(stage.gate, review_steps=STEPS)
    await stage.hear_person()
    await stage.hear_engager()
    await stage.submit()
    async with gate_client(gate_app(stage, ISSUER)) as http:
        assert [step["is_open"] for step in await _steps(http, stage)] == [True, False]
        early = await _approve(http, stage, "sol", "signatory")
        assert (early.status_code, early.json()["code"]) == (403, "not_your_step")
        assert "medical" in early.json()["detail"]
        wrong = await _approve(http, stage, "mia", "medical", step="signature")
        assert wrong.json()["code"] == "not_your_step"
        assert (await _approve(http, stage, "mia", "medical")).json()["state"] == "in_review"
        assert (await _approve(http, stage, "sol", "signatory")).json()["state"] == "approved"
        assert [(step["name"], step["approved_by"]) for step in await _steps(http, stage)] == [
            ("medical", ["mia"]),
            ("signature", ["sol"]),
        ]


async def test_a_step_that_only_release_asks_for_sends_the_action_back(stage: Stage) -> None:
    await stage.approved()
    stage.gate = replace(stage.gate, review_steps=STEPS)
    case = await stage.release()
    assert (case.state, case.votes) == ("in_review", ())
    assert [each.step.name for each in case.progress] == ["medical", "signature"]


def test_reviews_from_before_there_were_steps_go_on_as_one_step(
    fresh_database: Callable[[str], str], repository: Path
) -> None:
    url, ini = fresh_database("review"), repository / "services/compliance/alembic.ini"
    upgrade(ini, url, revision="20261122_plans")
    votes = [{"by": "r", "decision": "approve"}, {"by": "s", "decision": "reject"}]

    asyncio.run(_keep(url, {"verdict": "pass", "approvals_required": 2}, votes))
    upgrade(ini, url)

    judgement, carried = asyncio.run(_read(url))
    assert judgement == {
        "verdict": "pass",
        "route": [{"name": "review", "tier": 1, "any_of": ["reviewer"], "approvals": 2}],
    }
    assert [(vote["by"], vote["step"], vote["capacity"]) for vote in carried] == [
        ("r", "review", "reviewer"),
        ("s", None, None),
    ]


async def _steps(http: httpx.AsyncClient, stage: Stage) -> list[dict[str, Any]]:
    reading = ISSUER.authorization(*SCOPES, subject="anybody")
    return (await http.get(f"/v1/cases/{stage.action}", headers=reading)).json()["steps"]


async def _approve(http: httpx.AsyncClient, stage: Stage, who: str, role: str, **more: str) -> httpx.Response:
    headers = ISSUER.authorization(*SCOPES, subject=who, name=who, roles=[role])
    shown = await http.get(f"/v1/cases/{stage.action}", headers=headers)
    body = {"decision": "approve", "meaning": "reviewed", "content_sha256": shown.json()["content_sha256"], **more}
    place = f"/v1/cases/{stage.action}/votes"
    return await http.post(place, json=body, headers={**headers, "If-Match": shown.headers["etag"]})


async def _keep(url: str, judgement: Any, votes: Any) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(_LEDGER)
            await connection.execute(_OLD, json.dumps(judgement), json.dumps(votes))
    finally:
        await connection.close()


async def _read(url: str) -> tuple[Any, Any]:
    connection = await asyncpg.connect(url)
    try:
        row = await connection.fetchrow("SELECT judgement, votes FROM cases")
        assert row is not None
        return json.loads(row["judgement"]), json.loads(row["votes"])
    finally:
        await connection.close()


async def test_what_voids_an_approval_at_release_stands_with_the_case_and_in_the_ledger(stage: Stage) -> None:
    await stage.approved()
    stage.gate = replace(stage.gate, screen=partial(_objecting, rule_set=stage.gate.rule_set() or ""))
    case = await stage.release()
    assert case.state == "voided"
    assert case.judgement is not None
    assert "ZEN-01" in {finding.rule_id for finding in case.judgement.findings}
    async with stage.engine.begin() as connection:
        query = (
            "SELECT convert_from(leaf, 'UTF8') FROM ledger WHERE aggregate_id = :action ORDER BY sequence DESC LIMIT 1"
        )
        leaf = (await connection.execute(sqlalchemy.text(query), {"action": stage.action})).scalar_one()
    assert json.loads(leaf)["evidence"]["rules"] == ["GATE-FACTS", "ZEN-01"]


def _objecting(_snapshot: Any, _as_of: datetime, *, rule_set: str) -> Screening:
    finding = a_finding("review", "ZEN-01")
    return Screening(verdict="review", safety_handover=False, findings=(finding,), rule_set=rule_set)
