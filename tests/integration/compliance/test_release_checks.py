"""What is asked at the slot, one by one: whatever speaks against an approved action, no permit comes out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from compliance.adapters.reviewers.revocations import ReviewerQueries
from compliance.application.people import on_engager_state
from compliance.application.ports.peers import Recapture
from compliance.application.reviewers import revoking
from compliance.application.reviewers.revoking import Order
from compliance.domain.errors import PermitNotRedeemable, ReviewerIsRevoked, SelfApproval
from compliance.domain.events import Occasion
from shared.contracts.registry import EngagerUpdatedV1
from support.caps_builders import a_limit
from support.compliance_builders import a_target
from support.compliance_stage import Stage

pytestmark = pytest.mark.platform

Change = Callable[[Stage], Awaitable[Any]]
LEAD = "noor.lead"


def colleague(stage: Stage) -> str:
    """Of this person's only: stages share a database, and who may act there stays so."""
    return f"engager of {stage.person}"


def reviewer(stage: Stage) -> str:
    return f"reviewer of {stage.person}"


async def approved(stage: Stage, **changes: Any) -> None:
    """Known person and colleague, approved by their own reviewer; the clock stands in the slot."""
    await stage.hear_person()
    await stage.submit(actor={"id": colleague(stage), "function": "communications"}, **changes)
    await stage.vote(reviewer(stage))
    stage.clock.advance(timedelta(minutes=2))


async def hear_engager(stage: Stage, **changes: Any) -> None:
    """Our colleague as the registry has them by now."""
    state: dict[str, Any] = {
        "engager_id": colleague(stage),
        "version": 1 + len(changes),
        "name": "Jonas Weber",
        "function": "communications",
        "relation": "employee",
        "trained_until": date(2027, 6, 30),
        "authorised_platforms": ("mastodon",),
    }
    await stage.deliver(on_engager_state, EngagerUpdatedV1(**{**state, **changes}))


async def revoke(stage: Stage, *capacities: str, sweep: bool = True) -> list[str]:
    find = ReviewerQueries(stage.reads).approved_by if sweep else nobody
    order = Order(by=LEAD, reason="left the department", capacities=frozenset(capacities))
    return list(
        await revoking.revoke(reviewer(stage), order, find_approved=find, open_uow=stage.open_uow, gate=stage.gate)
    )


async def nobody(_subject: str) -> list[str]:
    return []


async def reinstate(stage: Stage, subject: str, by: str = LEAD) -> None:
    order = Order(by=by, reason="is back")
    await revoking.reinstate(subject, order, open_uow=stage.open_uow, gate=stage.gate)


async def permits(stage: Stage) -> list[str]:
    rows = await stage.rows("SELECT state FROM permits WHERE action_id = :id", id=stage.action)
    return [row["state"] for row in rows]


async def _unknown(stage: Stage) -> None:
    await stage.park("registry.stakeholder", stage.person)


async def _unpermitted(stage: Stage) -> None:
    stage.registry.refuses = ("notice_overdue",)


async def _silent(stage: Stage) -> None:
    stage.registry.down = True


async def _newer_at_the_registry(stage: Stage) -> None:
    known = stage.registry.known[stage.person]
    facts = {**known.facts, "relationship_stage": "trusted_partner"}
    stage.registry.known[stage.person] = replace(known, version=known.version + 1, facts=facts)


async def _opted_out_at_the_registry(stage: Stage) -> None:
    known = stage.registry.known[stage.person]
    stage.registry.known[stage.person] = replace(
        known, version=known.version + 1, facts={**known.facts, "opted_out": True}
    )


async def _other_rules(stage: Stage) -> None:
    stage.gate = replace(stage.gate, rule_set=lambda: "rules-2")


async def _limit_lowered(stage: Stage) -> None:
    stage.gate = replace(stage.gate, caps=(a_limit(0),))


async def _reservation_gone(stage: Stage) -> None:
    async with stage.open_uow() as uow:
        for each in await uow.caps.of_action(stage.action):
            each.give_back(Occasion(by="operator", at=stage.clock.now(), why="by mistake"))
            await uow.caps.save(each)
        await uow.commit()


async def _target_edited(stage: Stage) -> None:
    stage.audit.answer = Recapture(state="changed", text="Buy now!")


async def _target_reads_otherwise(stage: Stage) -> None:
    stage.audit.answer = Recapture(state="captured", text="How sleep apnoea is found, in six pictures.")


async def _untrained(stage: Stage) -> None:
    await hear_engager(stage, trained_until=stage.clock.now().date() - timedelta(days=1))


SPEAKS_AGAINST: dict[str, tuple[Change, str]] = {
    "the registry does not answer": (_silent, "approved"),
    "the registry does not permit it": (_unpermitted, "approved"),
    "a newer version of the person, of which no event has come yet": (_newer_at_the_registry, "in_review"),
    "an opt-out of which no event has come yet": (_opted_out_at_the_registry, "approved"),
    "an opt-out": (lambda stage: stage.hear_person(2, opted_out=True), "paused"),
    "do not engage": (lambda stage: stage.hear_person(2, do_not_engage=True), "paused"),
    "another stage of the relation": (lambda stage: stage.hear_person(2, relationship_stage="engaged"), "in_review"),
    "an open safety case": (lambda stage: stage.capture("I feel dizzy."), "paused"),
    "a parked dead letter of the person": (_unknown, "approved"),
    "other rules in force": (_other_rules, "approved"),
    "a limit that was lowered": (_limit_lowered, "approved"),
    "a reservation that is gone": (_reservation_gone, "approved"),
    "somebody who approved it may not approve any more": (lambda stage: revoke(stage, sweep=False), "in_review"),
    "the same, and what waits is sent back": (revoke, "in_review"),
    "training that is over": (_untrained, "approved"),
    "training that nobody knows": (lambda stage: hear_engager(stage, trained_until=None), "approved"),
    "a colleague who was withdrawn": (lambda stage: hear_engager(stage, authorised_platforms=()), "approved"),
    "T121: an edited target": (_target_edited, "voided"),
    "a target that reads otherwise when captured again": (_target_reads_otherwise, "voided"),
}


@pytest.mark.parametrize("what", SPEAKS_AGAINST)
async def test_whatever_speaks_against_it_at_its_slot_no_permit_comes_out(stage: Stage, what: str) -> None:
    change, state = SPEAKS_AGAINST[what]
    stage.audit.answer = Recapture(state="captured", text=a_target()["text"])
    await hear_engager(stage)
    await approved(stage, target=a_target())
    await change(stage)
    await stage.release()
    assert await permits(stage) == []
    assert (await stage.case()).state == state
    assert stage.failures == []
    await stage.unpark(stage.person)


async def test_with_all_of_them_in_order_it_gets_its_permit(stage: Stage) -> None:
    stage.audit.answer = Recapture(state="captured", text=a_target()["text"])
    await hear_engager(stage)
    await approved(stage, target=a_target())
    await stage.release()
    assert await permits(stage) == ["issued"]
    await stage.redeem(await stage.permit())


AFTER_THE_PERMIT: dict[str, Change] = {
    "somebody who approved it may not approve any more": lambda stage: revoke(stage, sweep=False),
    "training that is over": _untrained,
    "a colleague who was withdrawn": lambda stage: hear_engager(stage, authorised_platforms=()),
}


@pytest.mark.parametrize("what", AFTER_THE_PERMIT)
async def test_what_changes_after_the_permit_is_seen_by_its_redemption(stage: Stage, what: str) -> None:
    await hear_engager(stage)
    await approved(stage)
    await stage.release()
    await AFTER_THE_PERMIT[what](stage)
    with pytest.raises(PermitNotRedeemable):
        await stage.redeem(await stage.permit())


async def test_a_permit_ends_with_the_training_that_ends_within_its_slot(stage: Stage) -> None:
    await hear_engager(stage, trained_until=stage.clock.now().date())
    await approved(stage, slot=stage.slot(minutes=60 * 72))
    await stage.release()
    assert await permits(stage) == ["issued"]
    ends = (await stage.permit()).grant.slot.end
    assert ends.date() == stage.clock.now().date() + timedelta(days=1)
    assert (ends.hour, ends.minute) == (0, 0)


async def test_a_revocation_sends_back_what_waits_and_stops_the_permit(stage: Stage) -> None:
    subject = reviewer(stage)
    await hear_engager(stage)
    await approved(stage)
    await stage.release()
    assert await revoke(stage) == [stage.action]
    assert (await stage.case()).state == "in_review"
    assert await permits(stage) == ["stopped"]
    with pytest.raises(ReviewerIsRevoked):
        await stage.vote(subject)
    assert await stage.vote(subject, "request_changes") == "changes_requested"


async def test_only_the_capacities_named_are_taken(stage: Stage) -> None:
    subject = reviewer(stage)
    await revoke(stage, "signatory")
    await stage.hear_person()
    await stage.submit()
    assert await stage.vote(subject) == "approved"
    await revoke(stage, "reviewer")
    assert (await stage.case()).state == "in_review"


async def test_a_reinstated_person_may_approve_again_and_does_not_reinstate_themselves(stage: Stage) -> None:
    subject = reviewer(stage)
    await revoke(stage)
    with pytest.raises(SelfApproval):
        await reinstate(stage, subject, by=subject)
    await reinstate(stage, subject)
    await stage.hear_person()
    await stage.submit()
    assert await stage.vote(subject) == "approved"


async def test_a_revocation_stands_in_the_ledger_without_the_name(stage: Stage) -> None:
    subject = reviewer(stage)
    await revoke(stage)
    rows = await stage.rows(
        """SELECT l.what, convert_from(l.leaf, 'UTF8') AS leaf FROM ledger l
           JOIN reviewer_revocations r ON r.revocation_id = l.aggregate_id WHERE r.subject = :subject""",
        subject=subject,
    )
    assert [row["what"] for row in rows] == ["reviewer_revoked"]
    assert subject not in rows[0]["leaf"]
