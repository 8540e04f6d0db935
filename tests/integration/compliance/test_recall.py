"""Recall over the real gate: races with the redemption, the list that executors fetch, what the API refuses."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from compliance.application.aftercare.recall import Recall, Recalled, recall
from compliance.application.redemption import Redemption
from compliance.domain.errors import PermitNotRedeemable
from rapport_permit import verify_revocations
from shared.kernel.errors import DomainError, InvalidTransition
from shared.testing import TestIssuer
from support.compliance_builders import EXECUTOR, ROSA
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client

pytestmark = pytest.mark.platform

ISSUER = TestIssuer()
BODY = {"code": "content", "reason": "the figure is wrong"}


async def recalled(stage: Stage, **changes: Any) -> Recalled:
    order = Recall(**{"by": ROSA, "code": "content", "reason": "the figure is wrong", **changes})
    return await recall(stage.action, order, open_uow=stage.open_uow, gate=stage.gate)


async def released(stage: Stage) -> Any:
    await stage.approved()
    await stage.release()
    return await stage.permit()


def as_executor(client: str = EXECUTOR) -> dict[str, str]:
    token = ISSUER.token("permits:redeem", subject=client, client_id=client, name=None)
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("attempt", range(6))
async def test_fifty_redemptions_that_meet_a_recall_are_all_before_it_or_refused(stage: Stage, attempt: int) -> None:
    permit = await released(stage)
    tries = [stage.redeem(permit) for _ in range(50)]
    tries.insert(attempt * 10, recalled(stage))  # type: ignore[arg-type] - a race of different things
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    (back,) = [each for each in outcomes if isinstance(each, Recalled)]
    acted = [each for each in outcomes if isinstance(each, Redemption)]
    refused = [each for each in outcomes if isinstance(each, PermitNotRedeemable)]
    assert len(acted) + len(refused) == 50
    assert back.was_redeemed == bool(acted)
    ended = await stage.permit(permit.permit_id)
    assert (ended.state, (await stage.case()).state) == ("recalled", "recalled")
    assert (ended.redeemed_at is not None) == bool(acted)
    told = await stage.outbox()
    assert told.count("compliance.release.recalled.v1") == 1
    assert told.count("compliance.release.redeemed.v1") == (1 if acted else 0)
    with pytest.raises(PermitNotRedeemable, match="recalled"):
        await stage.redeem(permit)


async def test_two_people_recalling_at_once_recall_it_once(stage: Stage) -> None:
    await released(stage)
    outcomes = await asyncio.gather(*(recalled(stage) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(each, Recalled) for each in outcomes) == 1
    assert all(isinstance(each, (Recalled, DomainError)) for each in outcomes)


async def test_a_recall_and_a_stop_signal_at_once_leave_nothing_to_redeem(stage: Stage) -> None:
    permit = await released(stage)
    await asyncio.gather(recalled(stage), stage.hear_person(2, opted_out=True), return_exceptions=True)
    assert (await stage.permit(permit.permit_id)).state in {"recalled", "stopped"}
    with pytest.raises(PermitNotRedeemable):
        await stage.redeem(permit)


async def test_a_recalled_action_was_a_contact_where_it_was_carried_out(stage: Stage) -> None:
    permit = await released(stage)
    await stage.redeem(permit)
    await recalled(stage)
    async with stage.open_uow() as uow:
        assert await uow.permits.contacts_since(stage.person, stage.clock.now() - timedelta(days=1)) == 1


async def test_a_recall_before_the_act_was_no_contact_and_a_late_revision_is_not_judged(stage: Stage) -> None:
    await released(stage)
    await recalled(stage)
    async with stage.open_uow() as uow:
        assert await uow.permits.contacts_since(stage.person, stage.clock.now() - timedelta(days=1)) == 0
    with pytest.raises(InvalidTransition, match="recalled"):
        await stage.submit(2, text="Another try.")
    await stage.withdraw()
    assert (await stage.case()).state == "recalled"


async def test_who_recalled_it_and_why_stands_in_the_ledger(stage: Stage) -> None:
    permit = await released(stage)
    await recalled(stage)
    wanted = "SELECT who, why, leaf FROM ledger_entries WHERE aggregate_id = :id AND new_state = 'recalled'"
    for about in (stage.action, permit.permit_id):
        (row,) = await stage.rows(wanted, id=about)
        assert (row["who"], row["why"]) == (ROSA, "the figure is wrong")
        assert b"the figure" not in bytes(row["leaf"])


async def test_a_named_person_recalls_over_http_with_code_and_reason(stage: Stage) -> None:
    permit = await released(stage)
    place = f"/v1/cases/{stage.action}/recall"
    reviewer = ISSUER.authorization("compliance:review", "compliance:read", subject=ROSA)
    program = {
        "Authorization": f"Bearer {ISSUER.token('compliance:review', client_id='bot', subject='bot', name=None)}"
    }
    async with gate_client(gate_app(stage, ISSUER)) as http:
        refused = {
            "person_required": await http.post(place, json=BODY, headers=program),
            "insufficient_scope": await http.post(place, json=BODY, headers=ISSUER.authorization("compliance:read")),
            "malformed": await http.post(place, json={**BODY, "reason": "  "}, headers=reviewer),
            "precondition_failed": await http.post(place, json=BODY, headers={**reviewer, "If-Match": '"v1"'}),
            "not_found": await http.post(f"/v1/cases/{stage.gate.new_id()}/recall", json=BODY, headers=reviewer),
        }
        for malformed in (
            {"reason": "r"},
            {**BODY, "code": "she opted out"},
            {**BODY, "why": "x"},
            {**BODY, "reason": "a\x00b"},
        ):
            assert (await http.post(place, json=malformed, headers=reviewer)).status_code == 422
        assert (await stage.case()).state == "released"
        done = await http.post(place, json=BODY, headers=reviewer)
        again = await http.post(place, json=BODY, headers=reviewer)
        shown = await http.get(f"/v1/permits/{permit.permit_id}", headers=reviewer)
    assert {code: answer.json()["code"] for code, answer in refused.items()} == {code: code for code in refused}
    assert done.json() == {
        "action_id": stage.action,
        "state": "recalled",
        "permit_id": permit.permit_id,
        "was_redeemed": False,
    }
    assert (again.status_code, again.json()["code"]) == (409, "invalid_transition")
    assert (shown.json()["state"], shown.json()["revoked_for"]) == ("recalled", "content")


async def test_an_executor_fetches_the_list_of_its_own_permits_and_verifies_it_offline(stage: Stage) -> None:
    permit = await released(stage)
    await recalled(stage)
    now = stage.clock.now()
    async with gate_client(gate_app(stage, ISSUER)) as http:
        answer = await http.get("/v1/permits/revocations", headers=as_executor())
        unchanged = await http.get(
            "/v1/permits/revocations", headers={**as_executor(), "If-None-Match": answer.headers["etag"]}
        )
        others = await http.get("/v1/permits/revocations", headers=as_executor("executor-x"))
        person = await http.get("/v1/permits/revocations", headers=ISSUER.authorization("permits:redeem", subject=ROSA))
        keys = (await http.get("/.well-known/jwks.json")).json()
    assert answer.headers["content-type"] == "application/jwt"
    assert answer.headers["cache-control"] == "private, max-age=10"
    found = verify_revocations(answer.text, keys, audience=EXECUTOR, now=now)
    assert found.revoked[permit.permit_id].reason == "content"
    assert permit.permit_id not in verify_revocations(others.text, keys, audience="executor-x", now=now).revoked
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert (person.status_code, person.json()["code"]) == (403, "wrong_audience")


async def test_a_stopped_permit_is_on_the_list_without_telling_why_and_goes_after_its_time(stage: Stage) -> None:
    permit = await released(stage)
    await stage.hear_person(2, opted_out=True)
    desk = stage.aftercare()
    keys = stage.keys.jwks(stage.clock.now())
    found = verify_revocations(await desk.revocations(EXECUTOR), keys, audience=EXECUTOR, now=stage.clock.now())
    assert found.revoked[permit.permit_id].reason == "stopped"
    assert "opted" not in await desk.revocations(EXECUTOR)
    stage.clock.advance(timedelta(days=32))
    later = verify_revocations(await desk.revocations(EXECUTOR), keys, audience=EXECUTOR, now=stage.clock.now())
    assert permit.permit_id not in later.revoked
