"""A signature needs a fresh proof of identity, and each proof serves one signature."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy

from shared.testing import TestIssuer
from support.compliance_builders import ROSA
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client

pytestmark = pytest.mark.platform

SCOPES = ("compliance:read", "compliance:review")
AGAIN = "reauthentication_required"


@dataclass
class Desk:
    """A reviewer at the API; the issuer tells the stage's time."""

    http: httpx.AsyncClient
    stage: Stage
    issuer: TestIssuer

    def sign_in(self, **changes: Any) -> dict[str, str]:
        moment = self.stage.signed_in().timestamp()
        return self.issuer.authorization(*SCOPES, **{"subject": ROSA, "auth_time": moment, **changes})

    async def sign(self, headers: dict[str, str], **changes: Any) -> httpx.Response:
        place = f"/v1/cases/{self.stage.action}"
        shown = await self.http.get(place, headers=headers)
        body = {"decision": "approve", "meaning": "reviewed", "content_sha256": shown.json()["content_sha256"]}
        tag = {"If-Match": shown.headers["etag"]}
        return await self.http.post(f"{place}/votes", json={**body, **changes}, headers={**headers, **tag})


@pytest_asyncio.fixture
async def desk(stage: Stage) -> AsyncGenerator[Desk]:
    issuer = TestIssuer(now=lambda: stage.clock.now().timestamp())
    await stage.hear_person()
    await stage.hear_engager()
    await stage.submit()
    async with gate_client(gate_app(stage, issuer, sign_within=timedelta(minutes=5))) as http:
        yield Desk(http, stage, issuer)


async def test_an_old_sign_in_does_not_sign_and_a_new_one_does(desk: Desk) -> None:
    headers = desk.sign_in()
    desk.stage.clock.advance(timedelta(minutes=6))
    refused = await desk.sign(headers)
    assert (refused.status_code, refused.json()["code"]) == (401, AGAIN)
    assert refused.headers["www-authenticate"] == 'Bearer error="insufficient_user_authentication"'
    assert "more than 5 minutes" in refused.json()["detail"]
    assert (await desk.stage.case()).votes == ()
    assert (await desk.sign(desk.sign_in())).json()["state"] == "approved"


@pytest.mark.parametrize("auth_time", [None, 4_000_000_000])
async def test_a_token_that_does_not_say_when_does_not_sign(desk: Desk, auth_time: float | None) -> None:
    refused = await desk.sign(desk.sign_in(auth_time=auth_time))
    assert (refused.status_code, refused.json()["code"]) == (401, AGAIN)


async def test_a_second_signature_needs_a_second_proof_in_the_same_session(desk: Desk) -> None:
    """Case T123: in one continuous session the personal component alone, asked for again, is enough."""
    headers = desk.sign_in()
    assert (await desk.sign(headers)).json()["state"] == "approved"
    await desk.stage.submit(2, text="Thank you, once more.")
    assert (await desk.sign(headers)).json()["code"] == AGAIN
    assert (await desk.stage.case()).votes == ()
    assert (await desk.sign(desk.sign_in())).json()["state"] == "approved"


async def test_a_signature_without_meaning_is_refused(desk: Desk) -> None:
    """Case T122."""
    headers = desk.sign_in()
    refused = await desk.sign(headers, meaning="  ")
    assert (refused.status_code, refused.json()["code"]) == (400, "meaning_missing")
    assert (await desk.sign(headers)).json()["state"] == "approved"  # a refusal uses nothing up


async def test_of_two_signatures_on_one_proof_at_once_one_counts(desk: Desk) -> None:
    headers = desk.sign_in()
    answers = await asyncio.gather(*(desk.sign(headers) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers).count(200) == 1
    assert len((await desk.stage.case()).votes) == 1


async def test_signatures_are_kept_when_the_version_is_not_and_cannot_be_rewritten(desk: Desk) -> None:
    signed = await desk.stage.case()
    await desk.sign(desk.sign_in())
    await desk.stage.submit(2, text="Thank you, once more.")
    async with desk.stage.engine.begin() as connection:
        query = "SELECT subject, name, meaning, content_sha256, case_version FROM signatures WHERE action_id = :action"
        kept = (await connection.execute(sqlalchemy.text(query), {"action": desk.stage.action})).one()
    assert kept.content_sha256 == signed.submission.content_sha256
    assert (kept.subject, kept.meaning, kept.case_version) == (ROSA, "reviewed", signed.version)
    for statement in ("UPDATE signatures SET meaning = 'x'", "DELETE FROM signatures", "TRUNCATE signatures"):
        with pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"):
            async with desk.stage.engine.begin() as connection:
                await connection.execute(sqlalchemy.text(statement))
