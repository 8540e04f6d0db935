"""Redemption as an executor in another system meets it: its own client, real HTTP, several processes, a kill."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest

from compliance.application.ports.peers import Recapture
from rapport_permit import Allowed, NotAllowed, VerifiedPermit, redeem, verify_permit
from rapport_permit.strict_jws import read_compact
from shared.testing import TestIssuer
from support.compliance_builders import AUTHOR, EDITOR, EXECUTOR, ROSA, a_target
from support.compliance_stage import Stage
from support.gate_process import gate_process

pytestmark = pytest.mark.platform

ISSUER = TestIssuer()
ALLOWED_IN_A_PERMIT = {
    *("jti", "iss", "aud", "sub", "content_sha256", "snapshot_sha256", "rule_set", "approvals", "stakeholder_version"),
    *("nbf", "exp", "iat"),
}
PUBLISHED = {
    *("type", "text", "media_text", "hashtags", "mentions", "declaration", "links", "platform", "account"),
    "target_url",
}


def a_token(client: str = EXECUTOR, scope: str = "permits:redeem", **changes: Any) -> str:
    return ISSUER.token(scope, **{"subject": client, "client_id": client, "name": None, **changes})


async def released(stage: Stage) -> tuple[VerifiedPermit, Mapping[str, Any]]:
    """A released permit, verified offline, and the content that came with it."""
    await stage.approved(target=a_target(), purpose="win her over", edited_by=(EDITOR,))
    stage.audit.answer = Recapture(state="confirmed", text=a_target()["text"])
    await stage.release()
    permit = await stage.permit()
    now = stage.clock.now()
    return verify_permit(permit.grant.token, stage.keys.jwks(now), audience=EXECUTOR, now=now), permit.grant.content


async def asked(
    gate: str, permit: VerifiedPermit, content: Mapping[str, Any], token: str, threads: ThreadPoolExecutor | None = None
) -> Allowed | NotAllowed:
    """What the executor's client makes of the answer."""
    question = partial(redeem, gate, permit, content, access_token=token, timeout=60)
    try:
        return await asyncio.get_running_loop().run_in_executor(threads, question)
    except NotAllowed as refusal:
        return refusal


async def effects(stage: Stage, permit: VerifiedPermit) -> Counter[str]:
    rows = await stage.rows("SELECT what FROM ledger WHERE aggregate_id = :id", id=permit.permit_id)
    return Counter(str(row["what"]) for row in rows) + Counter(await stage.outbox())


async def test_fifty_redemptions_at_once_by_two_processes_have_one_effect(
    stage: Stage, compliance_database: str
) -> None:
    permit, content = await released(stage)
    before = await effects(stage, permit)
    with (
        gate_process(compliance_database, ISSUER, stage.clock.now()) as one,
        gate_process(compliance_database, ISSUER, stage.clock.now()) as other,
    ):
        askers = [(one, EXECUTOR), (other, EXECUTOR)] * 25 + [(one, "executor-x"), (other, "executor-x")] * 5
        with ThreadPoolExecutor(len(askers)) as at_once:
            answers = await asyncio.gather(
                *(asked(gate, permit, content, a_token(client), at_once) for gate, client in askers)
            )
    ours, theirs = answers[:50], answers[50:]
    assert all(isinstance(answer, Allowed) for answer in ours)
    assert len(set(map(repr, ours))) == 1
    assert {getattr(answer, "code", None) for answer in theirs} == {"wrong_audience"}
    once = ("permit_redeemed", "compliance.release.redeemed.v1", "compliance.release.watch_opened.v1")
    assert await effects(stage, permit) - before == Counter(once)


async def test_killed_between_commit_and_answer_the_gate_gives_the_same_answer_when_asked_again(
    stage: Stage, compliance_database: str
) -> None:
    permit, content = await released(stage)
    with gate_process(compliance_database, ISSUER, stage.clock.now(), dies_after_commit=True) as gate:
        silence = await asked(gate, permit, content, a_token())
    assert isinstance(silence, NotAllowed)
    assert (silence.code, silence.again) == ("no_answer", True)
    redeemed_at = (await stage.permit(permit.permit_id)).redeemed_at
    assert redeemed_at is not None
    with gate_process(compliance_database, ISSUER, stage.clock.now()) as gate:
        first, again = [await asked(gate, permit, content, a_token()) for _ in range(2)]
        stranger = await asked(gate, permit, content, a_token("executor-x"))
    assert isinstance(first, Allowed)
    assert first == again
    assert (first.content, first.permit_id) == (content, permit.permit_id)
    assert first.redeemed_at[:19] == redeemed_at.isoformat()[:19]
    assert isinstance(stranger, NotAllowed)
    assert stranger.code == "wrong_audience"
    assert (await effects(stage, permit))["compliance.release.redeemed.v1"] == 1


async def test_every_refusal_is_told_to_the_executor_with_what_to_do(stage: Stage, compliance_database: str) -> None:
    permit, content = await released(stage)
    with gate_process(compliance_database, ISSUER, stage.clock.now()) as gate:
        refused = {
            "wrong_audience": await asked(gate, permit, content, a_token("executor-x")),
            "insufficient_scope": await asked(gate, permit, content, a_token(scope="compliance:read")),
            "unauthenticated": await asked(gate, permit, content, "rubbish"),
            "content_changed": await asked(gate, permit, {**content, "text": f"{content['text']} "}, a_token()),
        }
        person = await asked(gate, permit, content, a_token(subject=ROSA))
        assert isinstance(person, NotAllowed)
        assert person.code == "wrong_audience"
        await stage.hear_person(2, opted_out=True)
        refused["permit_not_redeemable"] = await asked(gate, permit, content, a_token())
    for code, refusal in refused.items():
        assert isinstance(refusal, NotAllowed)
        assert refusal.code == code
        assert refusal.remedy
        assert refusal.again == (code == "unauthenticated")
    assert (await effects(stage, permit))["compliance.release.redeemed.v1"] == 0


async def test_no_internal_fact_leaves_in_a_permit_or_an_answer(stage: Stage, compliance_database: str) -> None:
    await released(stage)
    permit = await stage.permit()
    token = permit.grant.token
    with gate_process(compliance_database, ISSUER, stage.clock.now()) as gate:
        async with httpx.AsyncClient(base_url=gate) as http:
            answer = await http.post(
                f"/v1/permits/{permit.permit_id}/redemption",
                json={"content_sha256": permit.grant.content_sha256},
                headers={"Authorization": f"Bearer {a_token()}"},
            )
            keys = await http.get("/.well-known/jwks.json")
    claims = read_compact(token).claims
    assert set(claims) == ALLOWED_IN_A_PERMIT
    assert set(claims["approvals"]) == {"count", "sha256"}
    assert set(answer.json()) == {"permit_id", "redeemed_at", "content"}
    assert set(answer.json()["content"]) <= PUBLISHED
    rows = await stage.rows(
        "SELECT payload FROM outbox_messages WHERE aggregate_id = :id AND type LIKE 'compliance.release.%'",
        id=stage.action,
    )
    published = [row["payload"].decode() for row in rows]
    case = await stage.case()
    assert case.judgement is not None
    inside = [stage.person, AUTHOR, EDITOR, ROSA, "Amira", "Lena", "win her over", "engager-1", "journalist"]
    inside += [vote.meaning for vote in case.votes] + [vote.name for vote in case.votes]
    inside += ["reviewed", "finding", "verdict", "purpose", "stakeholder_id", "submitted_by", "votes"]
    told = [json.dumps(claims), answer.text, keys.text, *published, *(f"{name}" for name in answer.headers.values())]
    for secret in inside:
        assert not [text for text in told if secret in text], secret
