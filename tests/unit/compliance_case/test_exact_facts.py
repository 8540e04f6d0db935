"""A fact of another type is refused wherever a snapshot is read; nowhere is its value guessed."""

from __future__ import annotations

import copy
from collections.abc import AsyncGenerator, Mapping
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import ValidationError

from compliance.domain.findings import Screening
from compliance.entrypoints.api import plans, screenings
from compliance.entrypoints.commands.json_lines import BadLine, Line
from compliance.entrypoints.commands.snapshots import checked_plan, checked_snapshot
from shared.contracts.action_snapshot import ActionSnapshot
from shared.testing import TestIssuer
from shared.web.app import create_app
from support.compliance_builders import a_snapshot
from support.plan_builders import a_plan

ISSUER = TestIssuer()
GUESSED = [
    *(("stakeholder.opted_out", value) for value in ("no", 0, 1.0)),
    ("stakeholder.minor", "false"),
    ("actor.authorised", "yes"),
    *(("stakeholder.followers", value) for value in ("40000", 40000.0)),
    *(("stakeholder.contacts_last_30_days", value) for value in (True, "3")),
    ("unsolicited", "on"),
    *(("event.science_hours", value) for value in ("6", True)),
    *(("actor.trained_until", value) for value in (1_763_337_600, "1763337600", "2026-11-17T00:00:00", "2026-13-01")),
    *(("scheduled_for.start", value) for value in (1_763_337_600, "1763337600", "2026-11-17")),
]
EXACT = [
    ("stakeholder.opted_out", False),
    ("stakeholder.followers", 40_000),
    ("event.science_hours", 6),
    ("event.science_hours", 6.5),
    ("actor.trained_until", "2027-01-31"),
    ("scheduled_for.start", "2026-11-18T09:00:00Z"),
    ("scheduled_for.start", "2026-11-18T09:00:00.5+01:00"),
    ("unsolicited", None),
]


def with_fact(path: str, value: object) -> Mapping[str, Any]:
    snapshot = copy.deepcopy(dict(a_snapshot()))
    *parents, name = path.split(".")
    part = snapshot
    for parent in parents:
        part[parent] = dict(part.get(parent) or {})
        part = part[parent]
    part[name] = value
    return snapshot


@pytest_asyncio.fixture
async def http() -> AsyncGenerator[httpx.AsyncClient]:
    async def answer(_draft: Mapping[str, Any]) -> Screening:
        return Screening(verdict="pass", safety_handover=False, findings=(), rule_set="a" * 64)

    app = create_app(
        title="t", service="t", routers=[screenings.router, plans.router], verifier=ISSUER.verifier(), ready={}
    )
    app.state.ports = SimpleNamespace(screen_draft=answer)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = ISSUER.authorization("compliance:screen")
    async with httpx.AsyncClient(transport=transport, base_url="http://gate.test", headers=headers) as client:
        yield client


@pytest.mark.parametrize(("path", "value"), GUESSED)
async def test_a_fact_of_another_type_is_refused_by_its_field_over_http(
    http: httpx.AsyncClient, path: str, value: object
) -> None:
    answer = await http.post("/v1/screenings", json=with_fact(path, value))

    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert error["field"] == path
    assert error["remedy"]


@pytest.mark.parametrize(("path", "value"), GUESSED)
def test_files_and_submissions_refuse_it_too(path: str, value: object) -> None:
    snapshot = with_fact(path, value)

    with pytest.raises(BadLine) as refused:
        checked_snapshot(Line(1, snapshot))
    assert refused.value.field == path
    with pytest.raises(ValidationError):
        ActionSnapshot.model_validate(snapshot)


@pytest.mark.parametrize(("path", "value"), EXACT)
async def test_a_fact_as_the_schema_has_it_is_taken_by_both(http: httpx.AsyncClient, path: str, value: object) -> None:
    snapshot = with_fact(path, value)

    assert (await http.post("/v1/screenings", json=snapshot)).status_code == 200
    assert checked_snapshot(Line(1, snapshot)) == snapshot


@pytest.mark.parametrize("value", [1_763_337_600, "2026-11-17T00:00:00", True])
async def test_a_plan_s_day_that_is_none_is_refused_over_http_and_in_files(
    http: httpx.AsyncClient, value: object
) -> None:
    plan = a_plan(starts_on=value)

    answer = await http.post("/v1/plan-screenings", json=plan)

    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, ["starts_on"])
    with pytest.raises(BadLine, match="starts_on"):
        checked_plan(Line(1, plan))
