"""The review queue: the earliest slot first, page by page, and without reading documents."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from compliance.domain.review.routing import RoutedStep
from compliance.domain.slot import Slot
from shared.kernel.ids import new_id
from shared.testing import TestIssuer
from support.compliance_builders import AUTHOR, NOW, a_ballot, a_step, a_voter
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client

pytestmark = pytest.mark.platform
ISSUER = TestIssuer()
READ = ISSUER.authorization("compliance:read")


@pytest_asyncio.fixture
async def http(stage: Stage) -> AsyncGenerator[httpx.AsyncClient]:
    async with gate_client(gate_app(stage, ISSUER), headers=READ) as client:
        yield client


async def submitted(stage: Stage, *days: int) -> list[str]:
    """One action for each day from now that its slot is away."""
    actions: list[str] = []
    for each in days:
        stage.action = new_id()
        start = NOW + timedelta(days=each)
        await stage.submit(slot=Slot(start, start + timedelta(hours=1)))
        actions.append(stage.action)
    return actions


async def listed(http: httpx.AsyncClient, limit: int, **wanted: str) -> list[dict[str, Any]]:
    """All pages, one after the other."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        asked = {**wanted, "limit": limit, **({"cursor": cursor} if cursor else {})}
        answer = (await http.get("/v1/cases", params=asked)).raise_for_status().json()
        assert len(answer["items"]) <= limit
        found += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            return found


async def test_the_queue_shows_the_earliest_slot_first_on_pages_of_any_size(
    http: httpx.AsyncClient, stage: Stage
) -> None:
    await stage.hear_person()
    late, soon, later, same, equal = await submitted(stage, 300, 299, 301, 302, 302)
    for limit in (1, 2, 200):
        queue = [case["action_id"] for case in await listed(http, limit, state="in_review")]
        assert len(queue) == len(set(queue))
        assert [each for each in queue if each in {late, soon, later}] == [soon, late, later]
        assert [each for each in queue if each in {same, equal}] == sorted([same, equal])


async def test_what_has_ended_is_listed_with_the_latest_slot_first(http: httpx.AsyncClient, stage: Stage) -> None:
    await stage.hear_person()
    first, second = await submitted(stage, 310, 311)
    for action in (first, second):
        stage.action = action
        await stage.withdraw()
    ended = [case["action_id"] for case in await listed(http, 1, state="withdrawn")]
    assert [each for each in ended if each in {first, second}] == [second, first]


async def test_a_line_of_the_queue_shows_how_the_words_begin_and_what_was_found(
    http: httpx.AsyncClient, stage: Stage
) -> None:
    await stage.hear_person()
    await stage.submit(text="dizzy " * 200, slot=Slot(NOW + timedelta(days=320), NOW + timedelta(days=321)))
    [line] = [case for case in await listed(http, 200, state="paused") if case["action_id"] == stage.action]
    assert line["text"] == ("dizzy " * 200)[:400]
    assert (line["action_type"], line["platform"], line["safety_handover"]) == ("thank", "mastodon", True)
    assert line["findings"] == len((await stage.case()).judgement.findings)  # type: ignore[union-attr] - it was judged


async def test_the_queue_is_read_by_its_index_and_without_documents(stage: Stage) -> None:
    """The plan, not a time: a page costs the same however many cases wait, and a table of few cases is sorted."""
    async with stage.engine.connect() as connection:
        await connection.execute(text("SET LOCAL enable_sort = off"))
        rows = await connection.execute(
            text("""EXPLAIN (VERBOSE) SELECT action_id, opening_words, findings FROM cases WHERE state = 'in_review'
                AND (coalesce(slot_start, 'infinity'::timestamptz), action_id) > ('2026-11-23'::text::timestamptz, 'a')
                ORDER BY coalesce(slot_start, 'infinity'::timestamptz), action_id LIMIT 25""")
        )
        plan = " ".join(str(row[0]) for row in rows)
    assert "ix_cases_queue" in plan or "ix_cases_by_slot" in plan  # of few cases either may be thought the cheaper one
    assert "Sort" not in plan
    assert "snapshot" not in plan


@pytest.mark.parametrize(
    "place",
    [
        "",
        "~",
        "x",
        "2026-11-23T09:00:00~a",
        "yesterday~a",
        "0001-01-01T00:00:00+23:00~a",
        "9999-12-31T23:59:59-23:00~a",
    ],
)
async def test_a_cursor_of_another_list_is_malformed(http: httpx.AsyncClient, place: str) -> None:
    cursor = base64.urlsafe_b64encode(place.encode() or b"?").rstrip(b"=").decode()
    answer = await http.get("/v1/cases", params={"state": "in_review", "cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"


async def test_people_are_told_to_decide_right_after_the_screen_has_answered(stage: Stage) -> None:
    await stage.hear_person()
    await stage.submit()
    told = ["compliance.case.screened.v1", "compliance.case.in_review.v1"]
    assert await stage.outbox() == told
    await stage.submit(version=2, text="A miracle.")
    assert await stage.outbox() == [*told, "compliance.case.screened.v1"]


async def test_the_queue_tells_when_a_decision_is_due_and_shows_what_is_overdue_alone(
    http: httpx.AsyncClient, stage: Stage
) -> None:
    await stage.hear_person()
    late, early = await submitted(stage, 340, 341)
    stage.action = late
    [line] = [each for each in await listed(http, 200, state="in_review") if each["action_id"] == late]
    assert (line["circulation"], line["overdue"], line["waits_for"]) == (1, False, ["reviewer"])
    stage.clock.advance(timedelta(hours=20))
    stage.action = early
    await stage.submit(version=2, text="Thank you.", slot=Slot(NOW + timedelta(days=341), NOW + timedelta(days=342)))
    stage.clock.advance(timedelta(hours=4))
    overdue = {each["action_id"]: each for each in await listed(http, 200, state="in_review", overdue="true")}
    assert late in overdue
    assert early not in overdue
    assert overdue[late]["overdue"]
    assert datetime.fromisoformat(overdue[late]["due_at"]) == stage.clock.now()
    [first, second] = (await http.get(f"/v1/cases/{early}/circulations")).json()
    assert (first["outcome"], first["overdue"], second["outcome"]) == ("revised", False, None)
    assert (await http.get("/v1/cases/nothing/circulations")).status_code == 404


async def test_the_queue_shows_what_waits_for_me_and_what_i_did_not_write_nor_decide(stage: Stage) -> None:
    await stage.hear_person()
    route = RoutedStep(step=a_step("medical", "medical", approvals=2))
    stage.gate = replace(stage.gate, review_steps=(route,))
    [action] = await submitted(stage, 350)

    async def waiting(subject: str, *roles: str) -> bool:
        headers = ISSUER.authorization("compliance:read", subject=subject, roles=roles)
        async with gate_client(gate_app(stage, ISSUER), headers=headers) as client:
            found = await listed(client, 200, state="in_review", waiting_for="me")
        return action in {each["action_id"] for each in found}

    assert await waiting("mia", "medical")
    assert not await waiting("mia", "signatory")
    assert not await waiting(AUTHOR, "medical")
    async with stage.open_uow() as uow:
        case = await uow.cases.get_for_update(action)
        assert case is not None
        case.vote(a_ballot(case), a_voter("mia", "medical"), stage.clock.now())
        await uow.cases.save(case)
        await uow.commit()
    assert not await waiting("mia", "medical")
    assert await waiting("max", "medical")
