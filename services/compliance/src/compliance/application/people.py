"""Whenever a person of the registry or one of our own people changes. React to the state, never to the type."""

from __future__ import annotations

from compliance.application.erasing.forgetting import forget_actions, kept_entries
from compliance.application.gate import Gate
from compliance.application.judging import CONTACT_WINDOW, judge, world_of
from compliance.application.money.erasing import forget_in_money
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.application.stopping import carry_stops, change_case, stops_of
from compliance.application.teamwork.comments import forget_in_comments
from compliance.application.wordings.lane import pre_approval_of
from compliance.domain.case import Case
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.facts import ENGAGER_FACTS, PERSON_FACTS, PERSON_NAME, KnownEngager, KnownStakeholder
from compliance.domain.judgement import changed_facts
from compliance.domain.post_keys import keys_of_target
from shared.contracts.envelope import Envelope
from shared.contracts.registry import EngagerStateV1, StakeholderErasedV1, StakeholderStateV1


async def on_stakeholder_state(event: StakeholderStateV1, _envelope: Envelope, uow: UnitOfWork, *, gate: Gate) -> None:
    """Keep the newest state; void what was approved on other facts; pause or resume by the stop signals in it."""
    await uow.people.lock(event.stakeholder_id)
    if not await uow.people.put(known_stakeholder(event)):
        return
    await _foresee(event.stakeholder_id, gate, uow)
    for case in await uow.cases.queued_for(event.stakeholder_id):
        await _judge_again_if_changed(case, gate, uow)
    await carry_stops(event.stakeholder_id, _now(gate, "no stop signal is left"), gate, uow)


async def on_stakeholder_erased(
    event: StakeholderErasedV1, _envelope: Envelope, uow: UnitOfWork, *, gate: Gate
) -> None:
    """Forget the person's facts and what is about them in cases, and never approach them: everything queued is void.

    What the ledger says about them goes, except that something was done and by whom; its proofs stay as they are. What
    was published stays as long as it has to be kept.
    """
    await uow.people.lock(event.stakeholder_id)
    occasion = _now(gate, "the person's data was erased")
    kept = await kept_entries(event.stakeholder_id, occasion, gate, uow)
    await uow.personal_values.erase(event.stakeholder_id, but=kept)
    await uow.people.put(
        KnownStakeholder(stakeholder_id=event.stakeholder_id, version=event.version, facts={}, erased=True)
    )
    await forget_actions(event.stakeholder_id, occasion, gate, uow)
    await forget_in_money(event.stakeholder_id, occasion, uow.money)
    await forget_in_comments(event.stakeholder_id, occasion, uow.teamwork)


async def on_engager_state(event: EngagerStateV1, _envelope: Envelope, uow: UnitOfWork) -> None:
    """Keep the newest state; release judges training and authorisation again."""
    state = event.model_dump(mode="json")
    await uow.engagers.put(
        KnownEngager(
            engager_id=event.engager_id,
            version=event.version,
            facts={name: state[name] for name in ENGAGER_FACTS},
            authorised_platforms=frozenset(event.authorised_platforms),
        )
    )


def known_stakeholder(event: StakeholderStateV1) -> KnownStakeholder:
    """The facts of a state event that the gate judges on."""
    state = event.model_dump(mode="json")
    return KnownStakeholder(
        stakeholder_id=event.stakeholder_id,
        version=event.version,
        facts={name: state[name] for name in (*PERSON_FACTS, PERSON_NAME)},
    )


async def _foresee(stakeholder_id: str, gate: Gate, uow: UnitOfWork) -> None:
    """Read at once what all queued cases of the person need: a stop has to come through within a second."""
    queued = [each.submission for each in await uow.cases.queued_for(stakeholder_id)]
    if not queued:
        return
    engagers = (each.snapshot["actor"].get("id") for each in queued)
    await uow.foresee(
        people=[stakeholder_id],
        engagers={each for each in engagers if each},
        actions=[each.action_id for each in queued],
        posts={key for each in queued for key in keys_of_target(each.snapshot)},
        held_until_closed=gate.drug_safety.hold_until == "closed",
        contacts_since=gate.clock.now() - CONTACT_WINDOW,
    )


async def _judge_again_if_changed(case: Case, gate: Gate, uow: UnitOfWork) -> None:
    judged = case.judgement
    if judged is None:
        return
    now_judged = judge(case.submission, await world_of(case.submission, gate, uow), gate, gate.clock.now())
    changed = changed_facts(judged.resolved, now_judged.resolved)
    if not changed:
        return
    occasion = _now(gate, f"judged facts have changed: {', '.join(changed)}")
    stops = await stops_of(case.submission, gate, uow)
    again = await pre_approval_of(case, now_judged, gate, uow)
    await change_case(case, lambda each: each.rejudge(now_judged, stops, occasion, again), occasion, uow)


def _now(gate: Gate, why: str) -> Occasion:
    return Occasion(by=SYSTEM, at=gate.clock.now(), why=why)
