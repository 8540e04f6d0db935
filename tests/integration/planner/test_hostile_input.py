"""What nobody can mean is refused by name, and what cannot be read is never taken for known."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from shared.kernel.ids import new_id
from support.planner_stage import Stage, a_body

pytestmark = pytest.mark.platform


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "a\x00b"},
        {"kpi": "\ud800"},
        {"purpose": " "},
        {"hashtags": ["\x00"]},
        {"engager_id": "e" * 500},
        {"text": "x" * 2_000_000},
        {"transfer_of_value": [{"kind": "fee", "amount": float("inf"), "currency": "EUR"}]},
        {"transfer_of_value": [{"kind": "fee", "amount": float("nan"), "currency": "EUR"}]},
        {"scheduled_for": {"start": "2026-12-01T09:00:00", "end": "2026-12-01T10:00:00"}},
        {"scheduled_for": {"start": "0001-01-01T00:00:00+14:00", "end": "9999-12-31T23:59:59-14:00"}},
        {"\ud800": 1},
        {"type": "advertise"},
        {"channel": {"platform": "mastodon", "audience": "public", "budget": 3}},
    ],
    ids=lambda changes: next(iter(changes)),
)
async def test_a_body_nobody_can_mean_is_never_an_unexpected_error(stage: Stage, changes: dict[str, Any]) -> None:
    plan_id = await stage.plan()
    person, colleague = new_id(), new_id()
    await stage.knows(person, colleague)
    content = json.dumps(a_body(person=person, colleague=colleague, **changes)).encode()
    headers = {**stage.as_author(), "Content-Type": "application/json"}

    drafted = await stage.http.post(f"/v1/plans/{plan_id}/actions", content=content, headers=headers)
    answer = drafted
    if drafted.status_code == 201:
        answer = await stage.submit(drafted.json()["id"])

    assert answer.status_code < 500, answer.text
    if answer.is_error:
        assert answer.json()["code"]


async def test_nothing_is_submitted_for_a_person_whose_news_could_not_be_read(stage: Stage) -> None:
    person, colleague = new_id(), new_id()
    await stage.knows(person, colleague)
    drafted = await stage.draft(person=person, colleague=colleague)
    async with stage.engine.begin() as connection:
        parked = "INSERT INTO parked_keys (consumer, topic, key) VALUES ('planner', 'registry.stakeholder', :person)"
        await connection.execute(text(parked), {"person": person})

    answer = await stage.submit(drafted.json()["id"])

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert await stage.published(drafted.json()["id"]) == []


@pytest.mark.parametrize(
    "query",
    [{"cursor": "eA"}, {"cursor": "!"}, {"limit": "0"}, {"stakeholder_id": "\x00"}, {"state": "advertised"}],
    ids=str,
)
async def test_a_query_nobody_can_mean_is_malformed(stage: Stage, query: dict[str, str]) -> None:
    answer = await stage.http.get("/v1/actions", params=query, headers=stage.as_author())

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert answer.json()["errors"][0]["field"] == next(iter(query))
