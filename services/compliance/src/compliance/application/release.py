"""The release process: at the slot, ask the world, judge again, and only then issue a permit.

Read (transaction 1), ask registry and audit with no transaction open, decide (transaction 2). A process that dies in
between has changed nothing; the next tick starts over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from compliance.application.actors import actor_hold, while_trained
from compliance.application.caps.release_check import caps_hold
from compliance.application.gate import Gate
from compliance.application.isolation import Report, each_on_its_own
from compliance.application.judging import CONTACT_WINDOW, judge, newest, world_of
from compliance.application.ports.peers import AuditGateway, Permission, RegistryGateway
from compliance.application.ports.repositories import Hold
from compliance.application.ports.signing import PermitClaims, Sign
from compliance.application.ports.unit_of_work import FindDue, OpenUnitOfWork, UnitOfWork
from compliance.application.reviewers.revoking import reason_for, unauthorised
from compliance.application.stopping import change_case, stops_of
from compliance.application.waiting import (
    TargetNow,
    ask_permission,
    hold_for_unknown,
    keys_needed,
    look_at_target,
    unknown_keys,
)
from compliance.application.wordings.lane import why_not_any_more
from compliance.domain.caps.takings import person_scope
from compliance.domain.case import Case
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.facts import OwnChannel, World
from compliance.domain.judgement import Judgement, Submission, changed_facts
from compliance.domain.overriding import Override
from compliance.domain.permit import LONGEST_LIFE, Grant, ReleasePermit
from compliance.domain.post_keys import keys_of_target
from compliance.domain.review.votes import Vote
from compliance.domain.rule_set import RuleSetInForce
from compliance.domain.slot import Slot
from shared.contracts.hashing import content_sha256, published_content, sha256_of

AT_ONCE = 3
"""Batches decided at the same time."""
TOGETHER = 20
"""Cases decided in one transaction. Their people are locked meanwhile: a stop has to come through within a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What the release needs. `retry_after` is the pause before a case that has to wait is tried again."""

    gate: Gate
    registry: RegistryGateway
    audit: AuditGateway
    sign: Sign
    open_uow: OpenUnitOfWork
    retry_after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the world said about one version of one case."""

    version: int
    permission: Permission
    target: TargetNow


@dataclass(frozen=True, slots=True)
class _Terms:
    """Who may act, when, and on which version of the person."""

    channel: OwnChannel
    slot: Slot
    stakeholder_version: int


async def release_due(release: Release, *, find_due: FindDue, report: Report) -> None:
    """Decide every case whose slot is open, each on its own: one bad case does not hold the rest."""
    due = await find_due(release.gate.clock.now())
    batches = {due[at]: due[at : at + TOGETHER] for at in range(0, len(due), TOGETHER)}

    async def decide(first: str) -> None:
        try:
            await _release_together(batches[first], release)
        except Exception:  # noqa: BLE001 - each is tried by itself, which reports the one that breaks
            await each_on_its_own(batches[first], lambda each: release_one(each, release), report=report)

    await each_on_its_own(batches, decide, report=report, at_once=AT_ONCE)


async def _release_together(action_ids: Sequence[str], release: Release) -> None:
    """The same as `release_one` for each, with what all of them need read at once, and in one transaction."""
    async with release.open_uow() as uow:
        cases = [each for each in await uow.cases.several(action_ids) if _is_due(each, release.gate.clock.now())]
        await uow.dead_letters.foresee([key for case in cases for key in keys_needed(case.submission)])
        in_force = await uow.rule_sets.in_force()
        holds = {each.action_id: await _local_hold(each.submission, release.gate, uow, in_force) for each in cases}
    answers = await asyncio.gather(*(_answer(each, holds[each.action_id], release) for each in cases))
    async with release.open_uow() as uow:
        await _foresee(cases, release.gate, uow)
        in_force = await uow.rule_sets.in_force()
        for case, answer in zip(cases, answers, strict=True):
            if isinstance(answer, Hold):
                again = release.gate.clock.now() + release.retry_after
                await uow.holds.put(case.action_id, (answer,), next_attempt_at=again)
            else:
                await _decide_in(uow, case.action_id, answer, release, in_force)
        await uow.commit()


async def _foresee(cases: Sequence[Case], gate: Gate, uow: UnitOfWork) -> None:
    people = {each.submission.stakeholder_id for each in cases}
    actions = [each.action_id for each in cases]
    engagers = (each.submission.snapshot["actor"].get("id") for each in cases)
    await uow.foresee(
        people=people,
        engagers={each for each in engagers if each},
        actions=actions,
        posts={key for each in cases for key in keys_of_target(each.submission.snapshot)},
        held_until_closed=gate.drug_safety.hold_until == "closed",
        contacts_since=gate.clock.now() - CONTACT_WINDOW,
    )
    await uow.dead_letters.foresee([key for each in cases for key in keys_needed(each.submission)])
    await uow.caps.foresee({person_scope(each) for each in people}, actions)


async def release_one(action_id: str, release: Release) -> None:
    """Release one approved case, or note what it waits for, or void what no longer holds."""
    asked = await _ask(action_id, release)
    if isinstance(asked, Hold):
        await _wait(action_id, asked, release)
    elif asked is not None:
        await _decide(action_id, asked, release)


async def _ask(action_id: str, release: Release) -> _Asked | Hold | None:
    async with release.open_uow() as uow:
        case = await uow.cases.get(action_id)
        if case is None or not _is_due(case, release.gate.clock.now()):
            return None
        hold = await _local_hold(case.submission, release.gate, uow)
    return await _answer(case, hold, release)


async def _answer(case: Case, hold: Hold | None, release: Release) -> _Asked | Hold:
    if hold is not None:
        return hold
    permission = await ask_permission(case.submission.stakeholder_id, release.registry)
    if isinstance(permission, Hold):
        return permission
    target = await look_at_target(case.submission, release.audit)
    return target if isinstance(target, Hold) else _Asked(version=case.version, permission=permission, target=target)


async def _decide(action_id: str, asked: _Asked, release: Release) -> None:
    async with release.open_uow() as uow:
        seen = await uow.cases.get(action_id)
        if seen is None:
            return
        await uow.people.lock(seen.submission.stakeholder_id)
        await _decide_in(uow, action_id, asked, release)
        await uow.commit()


async def _decide_in(
    uow: UnitOfWork, action_id: str, asked: _Asked, release: Release, in_force: RuleSetInForce | None = None
) -> None:
    """The person is locked."""
    gate = release.gate
    case = await uow.cases.get_for_update(action_id)
    now = gate.clock.now()
    if case is None or case.version != asked.version or not _is_due(case, now):
        return  # somebody changed it meanwhile: the next tick asks again
    local = await _local_hold(case.submission, gate, uow, in_force)
    hold = local or await _settle(case, asked, now, release, uow)
    if hold is None:
        await uow.holds.clear(action_id)
    else:
        await uow.holds.put(action_id, (hold,), next_attempt_at=now + release.retry_after)


async def _settle(case: Case, asked: _Asked, now: datetime, release: Release, uow: UnitOfWork) -> Hold | None:
    """Release, pause, void or send it back; the hold where it has to wait instead."""
    submission, gate = case.submission, release.gate
    stops = await stops_of(submission, gate, uow) | asked.permission.known.stops
    if stops:
        await _change(case, lambda each, why: each.note_stops(stops, why), "a stop signal is in force", now, uow)
        return None
    if content_sha256(submission.snapshot) != submission.content_sha256:
        await _change(case, lambda each, why: each.void(why), "the content is not the content approved", now, uow)
        return None
    if asked.target == "gone_or_changed":
        await _change(case, lambda each, why: each.void(why), "the target changed or is gone", now, uow)
        return None
    world = await _world_now(submission, asked, gate, uow)
    judged = judge(submission, world, gate, now)
    changed = () if case.judgement is None else changed_facts(case.judgement.resolved, judged.resolved)
    worse = case.worsened_by(judged)
    if changed:
        why = f"judged facts have changed: {', '.join(changed)}"
        await _change(case, lambda each, occasion: each.rejudge(judged, stops, occasion), why, now, uow)
    elif judged.verdict != "block" and (lost := await why_not_any_more(case, judged, gate, uow)):
        await _change(case, lambda each, occasion: each.rejudge(judged, stops, occasion), lost, now, uow)
    elif case.is_blocked_by(judged) or worse or world.channel is None or case.slot is None:
        why = "found at release: " + "; ".join(finding.message for finding in worse or judged.findings)
        await _change(case, lambda each, occasion: each.void(occasion, judged), why, now, uow)
    elif unseen := case.missing_steps(judged.route):
        why = "now it also needs: " + ", ".join(f"{step.name} ({step.approvals})" for step in unseen)
        await _change(case, lambda each, occasion: each.rejudge(judged, stops, occasion), why, now, uow)
    elif steps := await unauthorised(case, uow):
        await _change(case, lambda each, why: each.rejudge(judged, stops, why), reason_for(steps), now, uow)
    elif hold := actor_hold(submission, world.engager, now) or await caps_hold(case, judged, gate, uow):
        return hold
    else:
        slot = Slot(case.slot.start, min(case.slot.end, now + LONGEST_LIFE))
        slot = slot if world.engager is None else while_trained(slot, world.engager)
        await _issue(case, judged, _Terms(world.channel, slot, asked.permission.known.version), release, uow)
    return None


async def _issue(case: Case, judged: Judgement, terms: _Terms, release: Release, uow: UnitOfWork) -> None:
    submission, permit_id, now = case.submission, release.gate.new_id(), release.gate.clock.now()
    occasion = Occasion(by=SYSTEM, at=now, why="the release-moment check passed")
    agreed = agreed_by(case)
    case.release(permit_id, judged, occasion)
    claims = PermitClaims(
        permit_id=permit_id,
        audience=terms.channel.executor,
        action_id=submission.action_id,
        content_sha256=submission.content_sha256,
        snapshot_sha256=submission.snapshot_sha256,
        rule_set=judged.rule_set,
        approvals=len(agreed),
        approvals_sha256=sha256_of(agreed),
        stakeholder_version=terms.stakeholder_version,
        not_before=terms.slot.start,
        expires_at=terms.slot.end,
        issued_at=now,
    )
    grant = Grant(
        permit_id=permit_id,
        action_id=submission.action_id,
        stakeholder_id=submission.stakeholder_id,
        audience=terms.channel.executor,
        content=published_content(submission.snapshot),
        content_sha256=submission.content_sha256,
        snapshot_sha256=submission.snapshot_sha256,
        rule_set=judged.rule_set,
        slot=terms.slot,
        token=release.sign(claims),
        case_version=case.version,
        wording=case.pre_approval.wording if case.pre_approval else None,
    )
    await uow.cases.save(case)
    await uow.permits.add(ReleasePermit.issue(grant, occasion, action_version=submission.action_version))


async def _world_now(submission: Submission, asked: _Asked, gate: Gate, uow: UnitOfWork) -> World:
    copied = await world_of(submission, gate, uow)
    return replace(copied, stakeholder=newest(copied.stakeholder, asked.permission.known))


async def _local_hold(
    submission: Submission, gate: Gate, uow: UnitOfWork, known: RuleSetInForce | None = None
) -> Hold | None:
    topics = await unknown_keys(submission, uow)
    if topics:
        return hold_for_unknown(topics)
    in_force = known or await uow.rule_sets.in_force()
    if in_force.rule_set != gate.rule_set():
        return Hold(
            code="rule_set_not_loaded",
            message="another rule set is in force than the one in use here",
            remedy="it is loaded within seconds; if not, the log says why, and another one can be put in force",
        )
    return None


async def _wait(action_id: str, hold: Hold, release: Release) -> None:
    async with release.open_uow() as uow:
        again = release.gate.clock.now() + release.retry_after
        await uow.holds.put(action_id, (hold,), next_attempt_at=again)
        await uow.commit()


async def _change(
    case: Case, change: Callable[[Case, Occasion], None], why: str, now: datetime, uow: UnitOfWork
) -> None:
    occasion = Occasion(by=SYSTEM, at=now, why=why)
    await change_case(case, lambda each: change(each, occasion), occasion, uow)


def _is_due(case: Case, now: datetime) -> bool:
    return case.state == "approved" and case.slot is not None and case.slot.is_open(now)


def agreed_by(case: Case) -> list[dict[str, Any]]:
    """Who agreed, when and to what: those who overrode a block first, then the reviewers. A permit holds its hash.

    Where a pre-approved wording stands for the review, its signatories.
    """
    if case.pre_approval is not None:
        return case.pre_approval.cited()
    return [
        *({**_agreed(each), "overridden": list(each.rules)} for each in case.overrides if each.decision == "override"),
        *map(_agreed, case.approvals),
    ]


def _agreed(vote: Vote | Override) -> dict[str, Any]:
    return {"by": vote.by, "at": vote.at.isoformat(), "content_sha256": vote.content_sha256}
