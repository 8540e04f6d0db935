"""The workflow cases of the release, each checked through the real service with the figures that the case tells.

A check answers what the service did, in a few words; its docstring says what is checked.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from click.testing import CliRunner

from compliance.application.ports.peers import Recapture
from compliance.commands import ledger
from shared.contracts.hashing import sha256_of
from shared.testing import TestIssuer
from support.checkpoint_builders import Kept
from support.compliance_builders import AUTHOR, ROSA, a_target
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client
from support.ledger_builders import behind_its_back
from support.money_stage import MoneyStage


@dataclass(frozen=True, kw_only=True)
class World:
    """The gate over a database of its own; `text` is the case's, `folder` a place for files."""

    stage: Stage
    money: MoneyStage
    database: str
    folder: Path
    text: str

    @property
    def figures(self) -> list[str]:
        """The numbers of the text, without commas, in their order."""
        return [each.replace(",", "") for each in re.findall(r"\d[\d,]*(?:\.\d+)?", self.text)]


Check = Callable[[World], Awaitable[str]]


def said(answer: httpx.Response) -> str:
    """Status and code of a refusal."""
    assert answer.status_code >= 400, answer.text
    assert answer.json().get("remedy") or answer.json().get("errors"), answer.text
    return f"refused: {answer.status_code} {answer.json()['code']}"


class Signing:
    """A reviewer at the API of the gate; the issuer tells the stage's time."""

    def __init__(self, stage: Stage, http: httpx.AsyncClient) -> None:
        self.stage, self.http = stage, http
        self.issuer = TestIssuer(now=lambda: stage.clock.now().timestamp())

    def signed_in(self, subject: str = ROSA) -> dict[str, str]:
        moment = self.stage.signed_in().timestamp()
        return self.issuer.authorization("compliance:read", "compliance:review", subject=subject, auth_time=moment)

    async def approve(self, headers: Mapping[str, str], **changes: Any) -> httpx.Response:
        place = f"/v1/cases/{self.stage.action}"
        shown = await self.http.get(place, headers=headers)
        body = {"decision": "approve", "meaning": "reviewed", "content_sha256": shown.json()["content_sha256"]}
        tag = {"If-Match": shown.headers["etag"]}
        return await self.http.post(f"{place}/votes", json={**body, **changes}, headers={**headers, **tag})


async def _at_the_desk(world: World, decide: Callable[[Signing], Awaitable[str]]) -> str:
    stage = world.stage
    await stage.hear_person()
    await stage.hear_engager()
    await stage.submit()
    issuer = TestIssuer(now=lambda: stage.clock.now().timestamp())
    async with gate_client(gate_app(stage, issuer, sign_within=timedelta(minutes=5))) as http:
        desk = Signing(stage, http)
        desk.issuer = issuer
        return await decide(desk)


async def t119(world: World) -> str:
    """The author approves what they wrote, over HTTP with a fresh proof of identity."""

    async def decide(desk: Signing) -> str:
        refused = await desk.approve(desk.signed_in(AUTHOR))
        assert (await desk.stage.case()).state == "in_review"
        return said(refused)

    return await _at_the_desk(world, decide)


async def t120(world: World) -> str:
    """A stored text changed after its approval is not released; a text with one other word is not redeemed."""
    stage = world.stage
    await stage.approved()
    changed = (
        f"UPDATE cases SET snapshot = snapshot || '{{\"text\": \"Brilliant.\"}}' WHERE action_id = '{stage.action}'"  # noqa: S608 - an id of ours
    )
    await behind_its_back(world.database, changed)
    assert (await stage.release()).state == "voided"
    await stage.submit(2)
    await stage.vote()
    stage.clock.advance(timedelta(minutes=2))
    await stage.release()
    permit = await stage.permit()
    misprint = {**permit.grant.content, "text": str(permit.grant.content["text"]).replace("clear", "brilliant")}
    issuer = TestIssuer()
    async with gate_client(gate_app(stage, issuer)) as http:
        headers = issuer.service_authorization(permit.grant.audience, "permits:redeem")
        body = {"content_sha256": sha256_of(misprint)}
        refused = await http.post(f"/v1/permits/{permit.permit_id}/redemption", json=body, headers=headers)
    assert (await stage.case()).state == "released"
    return said(refused)


async def t121(world: World) -> str:
    """The target of an approved action was edited before its slot; the release looks at it again."""
    stage = world.stage
    stage.audit.answer = Recapture(state="captured", text=a_target()["text"])
    await stage.approved(target=a_target())
    stage.audit.answer = Recapture(state="changed", text="Other words.")
    case = await stage.release()
    assert (case.state, case.permit_id) == ("voided", None)
    assert await stage.rows("SELECT 1 FROM permits WHERE action_id = :id", id=stage.action) == []
    return f"not released: {case.state}, no permit"


async def t122(world: World) -> str:
    """A signature that does not say what it means."""

    async def decide(desk: Signing) -> str:
        refused = await desk.approve(desk.signed_in(), meaning="  ")
        assert (await desk.stage.case()).votes == ()
        return said(refused)

    return await _at_the_desk(world, decide)


async def t123(world: World) -> str:
    """A second signature in one session, on a new proof of one component; without a new proof it is refused."""

    async def decide(desk: Signing) -> str:
        first = desk.signed_in()
        assert (await desk.approve(first)).json()["state"] == "approved"
        await desk.stage.submit(2, text="Thank you, once more.")
        assert (await desk.approve(first)).json()["code"] == "reauthentication_required"
        second = await desk.approve(desk.signed_in())
        assert second.status_code == 200, second.text
        return f"accepted: {second.json()['state']}"

    return await _at_the_desk(world, decide)


async def t124(world: World) -> str:
    """A verdict changed by UPDATE with all rights on the database; then `rapport ledger verify`."""
    stage = world.stage
    kept = Kept(stage.engine, world.folder)
    await stage.approved()
    await kept.sequencer.run()
    await kept.checkpoint()
    statement = f"UPDATE cases SET verdict = 'block' WHERE action_id = '{stage.action}'"  # noqa: S608 - an id of ours
    await behind_its_back(world.database, statement)
    places = ("--checkpoints", str(world.folder / "checkpoints"), "--key", kept.verifier)
    given = ["verify", "--database", world.database, *places, "--processes", "1", "--json"]
    run = await asyncio.to_thread(CliRunner().invoke, ledger, given)
    found = [each for each in json.loads(run.stdout)["discrepancies"] if each["aggregate_id"] == stage.action]
    assert run.exit_code == 1
    assert [(each["kind"], each["field"]) for each in found] == [("row_changed", "verdict")]
    return f"found and named: {found[0]['kind']}, {found[0]['aggregate']}, {found[0]['field']}"
