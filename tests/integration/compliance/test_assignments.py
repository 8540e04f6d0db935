"""Who is asked to look at a case, over HTTP: it permits nothing, and a delegate is shown for whoever is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from support.compliance_builders import AUTHOR
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client
from support.team_api import ISSUER, Team

pytestmark = pytest.mark.platform


@dataclass
class Desk:
    stage: Stage
    team: Team

    @property
    def place(self) -> str:
        return f"/v1/cases/{self.stage.action}/assignments"

    async def assign(self, who: str, **more: Any) -> httpx.Response:
        return await self.team.post(self.place, self.team.max, {"assignee": who, **more})

    async def shown(self) -> list[dict[str, Any]]:
        return (await self.team.get(self.place, AUTHOR)).json()

    async def queue(self, who: str, **query: Any) -> list[str]:
        listed = await self.team.get("/v1/cases", who, **{"assigned_to": "me", **query})
        return [each["action_id"] for each in listed.json()["items"]]


@pytest_asyncio.fixture
async def desk(stage: Stage) -> AsyncGenerator[Desk]:
    await stage.hear_person()
    await stage.hear_engager()
    await stage.submit()
    async with gate_client(gate_app(stage, ISSUER), raises=False) as http:
        yield Desk(stage, await Team(http).met())


async def test_somebody_is_asked_and_finds_it_in_their_queue(desk: Desk) -> None:
    made = await desk.assign(desk.team.rosa, step="review")
    assert (made.status_code, made.headers["etag"]) == (201, '"v1"'), made.text
    assert await desk.queue(desk.team.rosa, state="in_review") == [desk.stage.action]
    assert await desk.queue(desk.team.rosa, state="blocked") == []
    assert await desk.queue(desk.team.sam) == []
    place = f"/v1/assignments/{made.json()['assignment_id']}"
    moved = await desk.team.post(
        f"{place}/reassignment", desk.team.max, {"assignee": desk.team.sam}, **{"If-Match": '"v1"'}
    )
    assert (moved.status_code, moved.json()["name"]) == (200, "Sam")
    assert (await desk.queue(desk.team.rosa), await desk.queue(desk.team.sam)) == ([], [desk.stage.action])
    assert (await desk.team.delete(place, desk.team.max, **{"If-Match": '"v1"'})).status_code == 412
    assert (await desk.team.delete(place, desk.team.max, **{"If-Match": '"v2"'})).status_code == 204
    assert await desk.shown() == []
    rows = await desk.stage.rows(
        "SELECT what FROM ledger WHERE aggregate = 'assignment' AND aggregate_id = :id ORDER BY aggregate_version",
        id=made.json()["assignment_id"],
    )
    assert [row["what"] for row in rows] == ["case_assigned", "case_reassigned", "case_unassigned"]


async def test_an_assignment_permits_nothing_and_forbids_nothing(desk: Desk) -> None:
    await desk.assign(desk.team.rosa)
    await desk.stage.vote(desk.team.sam)
    assert (await desk.stage.case()).state == "approved"


async def test_while_one_is_away_the_delegate_is_shown_and_has_it_in_their_queue(desk: Desk) -> None:
    await desk.assign(desk.team.rosa)
    absence = await desk.stage.away(desk.team.rosa, desk.team.sam)
    (shown,) = await desk.shown()
    assert (shown["assignee"], shown["delegate"], shown["away_until"] is not None) == (
        desk.team.rosa,
        desk.team.sam,
        True,
    )
    assert await desk.queue(desk.team.sam) == [desk.stage.action]
    desk.stage.clock.advance(timedelta(minutes=1))
    await desk.stage.back(absence)
    assert (await desk.shown())[0]["delegate"] is None
    assert await desk.queue(desk.team.sam) == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"assignee": "nobody.we.know"}, 400, "unknown_colleague"),
        ({"assignee": AUTHOR}, 403, "self_approval"),
        ({"step": "no such step"}, 400, "invalid_value"),
        ({"step": ""}, 422, "malformed"),
        ({"assignee": "a\x00b"}, 422, "malformed"),
        ({"by": "me"}, 422, "malformed"),
    ],
)
async def test_who_cannot_take_it_is_not_asked(desk: Desk, body: dict[str, Any], status: int, code: str) -> None:
    answer = await desk.assign(
        **{"who": desk.team.rosa, **({"who": body.pop("assignee")} if "assignee" in body else {})}, **body
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await desk.shown() == []


async def test_authors_and_programs_assign_nobody(desk: Desk) -> None:
    refused = await desk.team.post(desk.place, AUTHOR, {"assignee": desk.team.rosa})
    assert refused.json()["code"] == "insufficient_scope"
    robot = ISSUER.service_authorization("robot", "compliance:review")
    asked = await desk.team.http.post(desk.place, json={"assignee": desk.team.rosa}, headers=robot)
    assert asked.json()["code"] == "person_required"
    missing = await desk.team.post("/v1/cases/nothing/assignments", desk.team.max, {"assignee": desk.team.rosa})
    assert missing.status_code == 404


async def test_of_many_who_ask_the_same_person_at_once_one_does(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.assign(desk.team.rosa) for _ in range(6)))
    assert sorted(each.status_code for each in answers) == [201, *[409] * 5]
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"already_assigned"}
    assert len(await desk.shown()) == 1
