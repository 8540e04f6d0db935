"""Caps over a real database: reserved by the approval, confirmed by the permit, used by the act, or given back."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from compliance.adapters.caps.desk import SqlCapsDesk
from compliance.application.ports.peers import Recapture
from compliance.commands import caps
from compliance.domain.caps.errors import CapReached, CapUnclear
from compliance.domain.caps.limits import Limit
from compliance.domain.errors import PermitNotRedeemable
from shared.kernel.ids import new_id
from support.caps_builders import ROOMY, a_limit
from support.compliance_builders import ROSA, SAM, a_target
from support.compliance_stage import Stage

pytestmark = pytest.mark.platform

FEE = {"kind": "fee", "amount": 600, "currency": "EUR"}


def limited(stage: Stage, *limits: Limit) -> None:
    """The company sets these limits, and roomy ones for all else."""
    capped = {each.cap for each in limits}
    stage.gate = replace(stage.gate, caps=(*limits, *(each for each in ROOMY if each.cap not in capped)))


async def waiting(stage: Stage, **changes: Any) -> str:
    """Another action for the stage's person is in review."""
    stage.action = new_id()
    await stage.submit(**changes)
    return stage.action


async def held(stage: Stage, action: str | None = None) -> dict[str, str]:
    """What the action holds, by cap."""
    rows = await stage.rows("SELECT cap, state FROM cap_reservations WHERE action_id = :id", id=action or stage.action)
    return {row["cap"]: row["state"] for row in rows}


async def known(stage: Stage) -> None:
    await stage.hear_person()
    await stage.hear_engager()


async def test_a_reservation_follows_its_action_to_the_act(stage: Stage) -> None:
    await stage.approved(transfer_of_value=[FEE], event={"name": new_id()})
    assert set((await held(stage)).items()) == {
        (cap, "reserved") for cap in ("contacts", "person_spend", "event_spend")
    }
    await stage.release()
    assert set((await held(stage)).values()) == {"confirmed"}
    await stage.redeem(await stage.permit())
    assert set((await held(stage)).values()) == {"used"}
    rows = await stage.rows(
        "SELECT what FROM ledger WHERE aggregate = 'cap_reservation' AND aggregate_id LIKE :id", id=f"{stage.action}/%"
    )
    assert Counter(row["what"] for row in rows) == {"cap_reserved": 3, "cap_confirmed": 3, "cap_used": 3}


async def test_the_approval_that_would_exceed_a_cap_is_refused_and_nothing_of_it_stays(stage: Stage) -> None:
    limited(stage, a_limit(1, name="contacts in 30 days"))
    await known(stage)
    first = await waiting(stage)
    await stage.vote()
    second = await waiting(stage)
    with pytest.raises(CapReached, match="contacts in 30 days") as refused:
        await stage.vote(SAM)
    assert first in refused.value.message
    assert refused.value.remedy
    case = await stage.case()
    assert (case.state, case.votes) == ("in_review", ())
    assert await held(stage, second) == {}
    assert await stage.rows("SELECT 1 FROM signatures WHERE action_id = :id", id=second) == []
    assert "compliance.case.approved.v1" not in await stage.outbox()


async def _revise(stage: Stage) -> None:
    await stage.submit(2, text="Thank you, once more.")


async def _expire(stage: Stage) -> None:
    stage.clock.advance(timedelta(hours=2))
    await stage.expire(stage.action)


async def _change_facts(stage: Stage) -> None:
    await stage.hear_person(2, country="AT")


ENDS: dict[str, Callable[[Stage], Awaitable[None]]] = {
    "withdrawn": Stage.withdraw,
    "revised": _revise,
    "expired": _expire,
    "facts changed": _change_facts,
    "person erased": lambda stage: stage.forget_person(2),
}


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("end", ENDS)
async def test_whatever_ends_an_approval_gives_its_room_back(stage: Stage, end: str, *, released: bool) -> None:
    await stage.approved()
    if released:
        await stage.release()
    await ENDS[end](stage)
    assert set((await held(stage)).values()) == {"returned"}


async def test_a_target_that_changed_gives_its_room_back(stage: Stage) -> None:
    stage.audit.answer = Recapture(state="deleted", text=None)
    await stage.approved(target=a_target())
    await stage.release()
    assert (await stage.case()).state == "voided"
    assert await held(stage) == {"contacts": "returned"}


async def test_a_paused_action_keeps_its_room_until_its_slot_ends(stage: Stage) -> None:
    limited(stage, a_limit(1))
    await stage.approved()
    await stage.release()
    await stage.hear_person(2, opted_out=True)
    assert await held(stage) == {"contacts": "reserved"}
    await stage.hear_person(3, opted_out=False)
    assert (await stage.case()).state == "approved"
    await stage.release()
    assert await held(stage) == {"contacts": "confirmed"}
    await stage.hear_person(4, opted_out=True)
    paused = stage.action
    await _expire(stage)
    assert await held(stage, paused) == {"contacts": "returned"}


async def test_what_happened_is_never_given_back(stage: Stage) -> None:
    limited(stage, a_limit(1))
    await stage.approved()
    await stage.release()
    await stage.redeem(await stage.permit())
    await waiting(stage)
    with pytest.raises(CapReached):
        await stage.vote()


async def test_the_same_version_approved_once_more_holds_one_reservation(stage: Stage) -> None:
    await stage.approved()
    await _change_facts(stage)
    await stage.vote(SAM)
    assert await held(stage) == {"contacts": "reserved"}


async def test_money_already_given_counts_and_an_unknown_cost_is_refused(stage: Stage) -> None:
    limited(stage, a_limit(1000, "person_spend"))
    await known(stage)
    await waiting(stage, transfer_of_value=[FEE])
    await stage.vote()
    await waiting(stage, transfer_of_value=[{**FEE, "amount": 401}])
    with pytest.raises(CapReached, match=r"1001\.00 EUR of 1000\.00 EUR"):
        await stage.vote()
    await waiting(stage, type="meeting")
    with pytest.raises(CapUnclear):
        await stage.vote()


@pytest.mark.parametrize("attempt", range(4))
async def test_one_slot_left_and_many_approvals_at_once_one_gets_it(stage: Stage, attempt: int) -> None:
    limited(stage, a_limit(1 + attempt))
    await known(stage)
    actions: list[str] = []
    for taken in range(8 + attempt):
        actions.append(await waiting(stage))
        if taken < attempt:
            await stage.vote()
    outcomes = await asyncio.gather(*(approve(stage, each) for each in actions[attempt:]), return_exceptions=True)
    assert sum(not isinstance(each, BaseException) for each in outcomes) == 1
    assert all(isinstance(each, CapReached) for each in outcomes if isinstance(each, BaseException))
    rows = await stage.rows("SELECT state FROM cap_reservations WHERE scope = :scope", scope=f"person:{stage.person}")
    assert Counter(row["state"] for row in rows) == {"reserved": 1 + attempt}


async def test_two_people_invited_to_one_event_at_once_never_exceed_its_cap(stage: Stage) -> None:
    limited(stage, a_limit(1000, "event_spend"))
    event, actions = {"name": f"Summit {new_id()}"}, list[str]()
    for _ in range(6):
        stage.person = new_id()
        await known(stage)
        actions.append(await waiting(stage, transfer_of_value=[FEE], event=event))
    outcomes = await asyncio.gather(*(approve(stage, each) for each in actions), return_exceptions=True)
    assert sum(not isinstance(each, BaseException) for each in outcomes) == 1
    assert all(isinstance(each, CapReached) for each in outcomes if isinstance(each, BaseException))


async def test_an_approval_that_meets_a_withdrawal_leaves_nothing_reserved(stage: Stage) -> None:
    await known(stage)
    for _ in range(6):
        await waiting(stage)
        await asyncio.gather(stage.vote(ROSA), stage.withdraw(), return_exceptions=True)
        assert set((await held(stage)).values()) <= {"returned"}
        assert (await stage.case()).state == "withdrawn"


async def test_a_redemption_that_meets_the_expiry_is_used_or_given_back(stage: Stage) -> None:
    await stage.approved()
    await stage.release()
    permit = await stage.permit()
    stage.clock.advance(timedelta(minutes=59))
    outcomes = await asyncio.gather(stage.redeem(permit), _expire(stage), return_exceptions=True)
    refused = isinstance(outcomes[0], PermitNotRedeemable)
    assert await held(stage) == {"contacts": "returned" if refused else "used"}


async def approve(stage: Stage, action: str) -> str:
    """On a stage of its own: stages have one action at a time."""
    own = Stage(stage.engine, stage.reads)
    own.gate, own.clock, own.person, own.action = stage.gate, stage.clock, stage.person, action
    return await own.vote()


async def test_every_difference_is_named_and_otherwise_there_is_none(stage: Stage) -> None:
    desk = SqlCapsDesk(stage.reads, stage.gate)
    await stage.approved(transfer_of_value=[FEE])

    async def found() -> set[tuple[str, str]]:
        differences = (await desk.reconcile()).differences
        return {(each.kind, each.cap or "") for each in differences if each.action_id == stage.action}

    assert await found() == set()
    await _by_hand(stage, "state = 'confirmed'", "cap = 'person_spend'")
    assert await found() == {("wrong_state", "person_spend")}
    await _by_hand(stage, "state = 'returned'", "cap = 'contacts'")
    assert await found() == {("wrong_state", "person_spend"), ("missing", "contacts")}
    await _by_hand(stage, "state = 'reserved'", "true")
    await stage.withdraw()
    assert await found() == set()
    await _by_hand(stage, "state = 'reserved'", "true")
    assert await found() == {("not_given_back", "contacts"), ("not_given_back", "person_spend")}
    url = stage.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    result = await asyncio.to_thread(CliRunner().invoke, caps, ["check", "--json", "--database", url])
    assert result.exit_code == 1
    assert stage.action in result.stdout
    await _by_hand(stage, "state = 'returned'", "true")


async def test_a_limit_lowered_after_the_approval_is_named_as_exceeded(stage: Stage) -> None:
    await stage.approved()
    limited(stage, a_limit(0))
    differences = (await SqlCapsDesk(stage.reads, stage.gate).reconcile()).differences
    assert ("exceeded", stage.action) in {(each.kind, each.action_id) for each in differences}


async def test_a_person_shows_what_is_taken_of_them_and_what_is_left(stage: Stage) -> None:
    limited(stage, a_limit(4), a_limit(1000, "person_spend"))
    await stage.approved(transfer_of_value=[FEE])
    stands = await SqlCapsDesk(stage.reads, stage.gate).of_person(stage.person)
    contacts, spend = stands.limits
    assert (contacts.amounts, contacts.most, contacts.left) == ({"*": "1"}, {"*": "4"}, 0.75)
    assert (spend.amounts, spend.left) == ({"EUR": "600.0"}, 0.4)
    assert contacts.taken_by == spend.taken_by == (f"action:{stage.action}",)
    assert {(each.taking.cap, each.state) for each in stands.held} == {
        ("contacts", "reserved"),
        ("person_spend", "reserved"),
    }


async def _by_hand(stage: Stage, change: str, which: str) -> None:
    """As somebody with the database's password could: past the triggers that hold everybody else."""
    async with stage.engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(
            text(f"UPDATE cap_reservations SET {change} WHERE action_id = :id AND {which}"),  # noqa: S608 - constants of this test
            {"id": stage.action},
        )
