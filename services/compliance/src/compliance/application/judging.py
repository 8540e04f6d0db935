"""Resolve, then screen: how a submission becomes a judgement."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from compliance.application.gate import Gate
from compliance.application.ports.screens import LookUp
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.domain.contract_facts import KnownContract, named_contract
from compliance.domain.facts import KnownStakeholder, Resolution, World, named_in, resolve
from compliance.domain.findings import Finding, Screening, in_order, verdict_of
from compliance.domain.judgement import Judgement, Submission
from compliance.domain.money.known import known_contract
from compliance.domain.review.routing import route_of
from compliance.domain.slot import Slot

CONTACT_WINDOW = timedelta(days=30)
_SHORT = 8_000  # characters; a draft up to here takes milliseconds, a longer one is judged beside the event loop


async def world_of(submission: Submission, gate: Gate, uow: UnitOfWork) -> World:
    """What the gate knows now about everything the submission concerns."""
    snapshot = submission.snapshot
    engager_id = snapshot["actor"].get("id")
    channel: Mapping[str, Any] = snapshot["channel"]
    since = gate.clock.now() - CONTACT_WINDOW
    return World(
        stakeholder=await uow.people.get(submission.stakeholder_id),
        engager=await uow.engagers.get(engager_id) if engager_id else None,
        company=gate.company,
        channel=await uow.channels.find_active(channel["platform"], channel.get("account")),
        contacts_last_30_days=await uow.permits.contacts_since(submission.stakeholder_id, since),
        slot=slot_of(snapshot),
        contract=await contract_of(snapshot, uow),
    )


async def contract_of(snapshot: Mapping[str, Any], uow: UnitOfWork) -> KnownContract | None:
    """The contract that the snapshot names by id; None where it names none, and where there is none."""
    contract_id = named_contract(snapshot)
    contract = None if contract_id is None else await uow.money.contracts.get(contract_id)
    if contract is None:
        return None
    need = await uow.money.needs.get(contract.details.terms.needs_assessment_id)
    return known_contract(contract, None if need is None else need.details.need.need)


def judge(submission: Submission, world: World, gate: Gate, as_of: datetime) -> Judgement:
    """The judgement of `submission` in `world`; pure."""
    resolution = resolve(submission.snapshot, submission.stakeholder_id, world)
    answer = screened(resolution, gate, as_of)
    return Judgement(
        resolved=resolution.snapshot,
        findings=answer.findings,
        verdict=answer.verdict,
        rule_set=answer.rule_set,
        stakeholder_version=None if world.stakeholder is None else world.stakeholder.version,
        route=route_of(
            gate.review_steps, snapshot=resolution.snapshot, verdict=answer.verdict, findings=answer.findings
        ),
        safety_handover=answer.safety_handover,
    )


def screened(resolution: Resolution, gate: Gate, as_of: datetime) -> Screening:
    """What resolution brought to light and what the rules find, as one answer; pure."""
    answer = gate.screen(resolution.snapshot, as_of)
    findings = in_order((*resolution.findings, *answer.findings))
    return replace(answer, findings=findings, verdict=verdict_of(findings))


async def screen_draft(draft: Mapping[str, Any], *, gate: Gate, look_up: LookUp) -> Screening:
    """The answer a submission of `draft` would get now; nothing is stored.

    Whoever a draft names by id is looked up; where it names nobody yet, its own facts stand. Raises Unavailable.
    """
    now = gate.clock.now()
    known = await look_up(draft, since=now - CONTACT_WINDOW)
    world = World(
        stakeholder=known.stakeholder,
        engager=known.engager,
        company=gate.company,
        channel=known.channel,
        contacts_last_30_days=known.contacts,
        slot=slot_of(draft),
        contract=known.contract,
    )
    person = str(draft["stakeholder"].get("id") or "")
    resolution = resolve(draft, person, world, named_in(draft))
    if _characters(draft) > _SHORT:
        return await asyncio.to_thread(screened, resolution, gate, now)
    return screened(resolution, gate, now)


def with_finding(judgement: Judgement, finding: Finding, gate: Gate) -> Judgement:
    """The judgement with one more finding, which may make its verdict worse and its review longer."""
    findings = (finding, *judgement.findings)
    verdict = verdict_of(findings)
    route = route_of(gate.review_steps, snapshot=judgement.resolved, verdict=verdict, findings=findings)
    return replace(judgement, findings=findings, verdict=verdict, route=route)


def newest(ours: KnownStakeholder | None, asked: KnownStakeholder) -> KnownStakeholder:
    """The newer of our copy and the registry's own answer."""
    return asked if ours is None or asked.version >= ours.version else ours


def slot_of(snapshot: Mapping[str, Any]) -> Slot | None:
    """The slot, None unless start and end are there, in a time zone, and in order."""
    given: Mapping[str, Any] = snapshot.get("scheduled_for") or {}
    start, end = _moment(given.get("start")), _moment(given.get("end"))
    return Slot(start, end) if start is not None and end is not None and start < end else None


def _characters(value: Any) -> int:
    """Of all texts of a JSON value, whatever they are called."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_characters, cast("dict[str, Any]", value).values()))
    return sum(map(_characters, cast("list[Any]", value))) if isinstance(value, list) else 0


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
