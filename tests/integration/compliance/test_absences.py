"""Out of office over HTTP and in races: a delegation holds at the moment of the vote or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from compliance.adapters.proof.checks.rows import compare_rows, recorded_tables
from compliance.domain.errors import NotDelegated
from compliance.domain.review.routing import RoutedStep
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_id
from shared.testing import TestIssuer
from support.compliance_builders import AUTHOR, a_step
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client

pytestmark = pytest.mark.platform

ISSUER = TestIssuer()
SCOPES = ("compliance:read", "compliance:review", "ledger:read")
PLACE = "/v1/absences"


class Team:
    """Two reviewers of this test alone: tests share a database."""

    def __init__(self) -> None:
        self.rosa, self.sam, self.max = (f"{name}-{new_id()}" for name in ("rosa", "sam", "max"))


@pytest.fixture
def team() -> Team:
    return Team()


@pytest_asyncio.fixture
async def http(stage: Stage) -> AsyncGenerator[httpx.AsyncClient]:
    async with gate_client(gate_app(stage, ISSUER)) as client:
        yield client


def as_(subject: str, *roles: str, **more: Any) -> dict[str, str]:
    return ISSUER.authorization(*SCOPES, subject=subject, name=subject.partition("-")[0].title(), roles=roles, **more)


def later(stage: Stage, **time: int) -> str:
    return (stage.clock.now() + timedelta(**time)).isoformat()


async def register(http: httpx.AsyncClient, stage: Stage, team: Team, *roles: str, **more: Any) -> httpx.Response:
    await http.get(PLACE, headers=as_(team.sam))
    body = {"until": later(stage, days=3), "delegate": team.sam, **more}
    return await http.post(PLACE, json=body, headers=as_(team.rosa, *roles))


async def vote(http: httpx.AsyncClient, stage: Stage, who: str, *roles: str, **more: Any) -> httpx.Response:
    place, headers = f"/v1/cases/{stage.action}", as_(who, *roles)
    shown = await http.get(place, headers=headers)
    body = {"decision": "approve", "meaning": "reviewed", "content_sha256": shown.json()["content_sha256"], **more}
    return await http.post(f"{place}/votes", json=body, headers={**headers, "If-Match": shown.headers["etag"]})


async def a_medical_case(stage: Stage, **more: Any) -> None:
    stage.gate = replace(stage.gate, review_steps=(RoutedStep(step=a_step("medical", "medical")),), **more)
    await stage.hear_person()
    await stage.hear_engager()
    await stage.submit()


async def test_a_delegate_signs_for_the_absent_person_and_the_release_counts_it(
    http: httpx.AsyncClient, stage: Stage, team: Team
) -> None:
    await a_medical_case(stage)
    assert (await vote(http, stage, team.sam)).json()["code"] == "not_your_step"
    made = await register(http, stage, team, "medical", reason="a private one")
    assert made.status_code == 201, made.text
    assert (made.json()["running"], made.json()["delegate_name"]) == (True, "Sam")
    signed = await vote(http, stage, team.sam, on_behalf_of=team.rosa)
    assert (signed.status_code, signed.json().get("state")) == (200, "approved"), signed.text
    shown = (await http.get(f"/v1/cases/{stage.action}", headers=as_(team.sam))).json()
    assert shown["steps"][0]["approved_by"] == ["Sam for Rosa"]
    assert (shown["votes"][0]["by"], shown["votes"][0]["on_behalf_of"]) == (team.sam, team.rosa)
    kept = await stage.rows("SELECT * FROM signatures WHERE action_id = :a", a=stage.action)
    assert (kept[0]["subject"], kept[0]["on_behalf_of"]) == (team.sam, team.rosa)
    entries = (await http.get("/v1/ledger", params={"aggregate_id": stage.action}, headers=as_(team.sam))).json()
    voted = next(each for each in entries["items"] if each["what"] == "case_voted")
    assert json.loads(voted["leaf"])["evidence"]["absence_id"] == made.json()["absence_id"]
    stage.clock.advance(timedelta(minutes=2))
    assert (await stage.release()).state == "released"


async def test_only_oneself_reads_the_reason_and_ends_the_absence(
    http: httpx.AsyncClient, stage: Stage, team: Team
) -> None:
    made = (await register(http, stage, team, reason="a private one")).json()
    place = f"{PLACE}/{made['absence_id']}"
    own, other = [(await http.get(place, headers=as_(who))).json()["reason"] for who in (team.rosa, team.sam)]
    assert (own, other) == ("a private one", None)
    tag = {"If-Match": '"v1"'}
    refused = await http.delete(place, headers={**as_(team.sam), **tag})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await http.delete(place, headers=as_(team.rosa))).status_code == 428
    assert (await http.delete(place, headers={**as_(team.rosa), "If-Match": '"v7"'})).status_code == 412
    assert (await http.delete(place, headers={**as_(team.rosa), **tag})).status_code == 204
    assert (await http.get(place, headers=as_(team.rosa))).json()["state"] == "ended"
    running = {"subject": team.rosa, "running": True}
    assert (await http.get(PLACE, params=running, headers=as_(team.sam))).json()["items"] == []
    rows = await stage.rows("SELECT what FROM ledger WHERE aggregate_id = :id ORDER BY 1", id=made["absence_id"])
    assert [row["what"] for row in rows] == ["absence_ended", "absence_registered"]


async def test_the_same_request_again_registers_nothing_new(http: httpx.AsyncClient, stage: Stage, team: Team) -> None:
    await http.get(PLACE, headers=as_(team.sam))
    body = {"until": later(stage, days=1), "delegate": team.sam}
    headers = {**as_(team.rosa), "Idempotency-Key": new_id()}
    first, again = [await http.post(PLACE, json=body, headers=headers) for _ in range(2)]
    assert first.json() == again.json()
    assert (await http.post(PLACE, json=body, headers=as_(team.rosa))).json()["code"] == "absences_overlap"
    mine = await http.get(PLACE, params={"delegate": "me"}, headers=as_(team.sam))
    assert [each["subject"] for each in mine.json()["items"]] == [team.rosa]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"delegate": "nobody.we.know"}, "unknown_colleague"),
        ({"delegate": ""}, "malformed"),
        ({"delegate": "a\x00b"}, "malformed"),
        ({"until": "2026-11-24T09:00:00"}, "malformed"),
        ({"until": "2020-01-01T00:00:00Z"}, "invalid_value"),
        ({"until": "2099-01-01T00:00:00Z"}, "invalid_value"),
        ({"from": "2020-01-01T00:00:00Z"}, "invalid_value"),
        ({"starts_at": "2026-12-01T00:00:00Z"}, "malformed"),
        ({"subject": "somebody.else"}, "malformed"),
        ({"capacities": ["legal"]}, "malformed"),
    ],
)
async def test_what_is_not_one_s_own_absence_is_refused_by_name(
    http: httpx.AsyncClient, stage: Stage, team: Team, change: dict[str, Any], code: str
) -> None:
    answer = await register(http, stage, team, **change)
    assert (answer.status_code, answer.json()["code"]) == (422 if code == "malformed" else 400, code), answer.text
    assert (await http.get(PLACE, params={"subject": team.rosa}, headers=as_(team.rosa))).json()["items"] == []


async def test_a_program_and_a_reader_register_no_absence(http: httpx.AsyncClient, stage: Stage, team: Team) -> None:
    body = {"until": later(stage, days=1), "delegate": team.sam}
    robot = ISSUER.service_authorization("robot", *SCOPES)
    assert (await http.post(PLACE, json=body, headers=robot)).json()["code"] == "person_required"
    reader = ISSUER.authorization("compliance:read", subject=team.rosa)
    assert (await http.post(PLACE, json=body, headers=reader)).json()["code"] == "insufficient_scope"
    await http.get(PLACE, headers=reader)
    no_reviewer = await http.post(PLACE, json={**body, "delegate": team.rosa}, headers=as_(team.sam))
    assert no_reviewer.json()["errors"][0]["field"] == "delegate"


async def test_what_was_delegated_is_not_passed_on(stage: Stage, team: Team) -> None:
    await a_medical_case(stage)
    await stage.away(team.rosa, team.sam, "medical")
    await stage.away(team.sam, team.max)
    with pytest.raises(NotDelegated):
        await stage.vote(team.max, on_behalf_of=team.rosa)
    with pytest.raises(DomainError, match="not asked for now"):
        await stage.vote(team.max, on_behalf_of=team.sam)
    assert (await stage.case()).votes == ()


async def test_a_delegation_does_not_reach_back_and_does_not_outlast_the_absence(stage: Stage, team: Team) -> None:
    await a_medical_case(stage)
    absence = await stage.away(team.rosa, team.sam, "medical", minutes=30)
    stage.clock.advance(timedelta(minutes=30))
    with pytest.raises(NotDelegated):
        await stage.vote(team.sam, on_behalf_of=team.rosa)
    assert not absence.covers(stage.clock.now())


async def test_a_vote_given_while_it_held_stays_when_the_absent_person_is_back(stage: Stage, team: Team) -> None:
    await a_medical_case(stage)
    absence = await stage.away(team.rosa, team.sam, "medical")
    await stage.vote(team.sam, on_behalf_of=team.rosa)
    await stage.back(absence)
    stage.clock.advance(timedelta(minutes=2))
    assert (await stage.release()).state == "released"


async def test_authors_do_not_get_their_yes_by_proxy(stage: Stage, team: Team) -> None:
    await stage.hear_person()
    await stage.submit()
    async with stage.open_uow() as uow:
        running = await uow.teamwork.absences.between(AUTHOR, team.sam, stage.clock.now())
    assert running is None
    absence = await stage.away(AUTHOR, team.sam)
    try:
        with pytest.raises(DomainError, match="for whom you stand in, wrote or edited"):
            await stage.vote(team.sam, on_behalf_of=AUTHOR)
    finally:
        await stage.back(absence)


@pytest.mark.parametrize("attempt", range(6))
async def test_an_absence_that_ends_while_its_delegate_votes_is_before_or_after_it(
    stage: Stage, team: Team, attempt: int
) -> None:
    await a_medical_case(stage)
    absence = await stage.away(team.rosa, team.sam, "medical")
    race = [stage.vote(team.sam, on_behalf_of=team.rosa), stage.back(absence)]
    outcomes = await asyncio.gather(*(race if attempt % 2 else reversed(race)), return_exceptions=True)
    voted = not any(isinstance(each, NotDelegated) for each in outcomes)
    assert (await stage.case()).state == ("approved" if voted else "in_review")
    assert all(isinstance(each, NotDelegated) for each in outcomes if isinstance(each, BaseException))


async def test_of_two_absences_registered_at_once_one_is_refused(stage: Stage, team: Team) -> None:
    await stage.meet(team.sam, team.max)
    both = (stage.away(team.rosa, team.sam), stage.away(team.rosa, team.max))
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert [type(each).__name__ for each in outcomes if isinstance(each, BaseException)] == ["AbsencesOverlap"]


@pytest.mark.parametrize("attempt", range(4))
async def test_of_a_person_and_their_delegate_at_once_one_vote_counts(stage: Stage, team: Team, attempt: int) -> None:
    await a_medical_case(stage)
    stage.gate = replace(stage.gate, review_steps=(RoutedStep(step=a_step(approvals=2)),))
    await stage.submit(2, text="Thank you, once more.")
    await stage.away(team.rosa, team.sam)
    votes = (stage.vote(team.rosa), stage.vote(team.sam, on_behalf_of=team.rosa))
    await asyncio.gather(*(votes if attempt % 2 else reversed(votes)), return_exceptions=True)
    case = await stage.case()
    assert (case.state, len(case.votes)) == ("in_review", 1)


async def test_a_delegate_put_in_behind_the_ledgers_back_is_found(
    stage: Stage, team: Team, compliance_database: str
) -> None:
    absence = await stage.away(team.rosa, team.sam)
    connection = await asyncpg.connect(compliance_database)
    try:
        (table,) = [each for each in await recorded_tables(connection) if each.table == "absences"]
        await connection.execute("ALTER TABLE absences DISABLE TRIGGER absences_in_the_ledger")
        await connection.execute("UPDATE absences SET delegate = $2 WHERE absence_id = $1", absence.record_id, team.max)
        await connection.execute("ALTER TABLE absences ENABLE TRIGGER absences_in_the_ledger")
        found = [wrong.field async for _, all_wrong in compare_rows(connection, table) for wrong in all_wrong]
        await connection.execute("ALTER TABLE absences DISABLE TRIGGER absences_in_the_ledger")
        await connection.execute("UPDATE absences SET delegate = $2 WHERE absence_id = $1", absence.record_id, team.sam)
        await connection.execute("ALTER TABLE absences ENABLE TRIGGER absences_in_the_ledger")
    finally:
        await connection.close()
    assert found == ["delegate"]
