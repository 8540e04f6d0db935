"""Whenever an action is submitted, revised or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from compliance.application.gate import Gate
from compliance.application.judging import CONTACT_WINDOW, judge, slot_of, with_finding, world_of
from compliance.application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from compliance.application.safety import forward_action, forward_wreck, hold_for
from compliance.application.stopping import change_case, stops_of
from compliance.application.wordings.lane import pre_approval_of
from compliance.domain.case import Case
from compliance.domain.case_record import OVER
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.findings import Finding
from compliance.domain.judgement import Submission
from compliance.domain.post_keys import keys_of_target
from compliance.domain.screening.forwarding.forwarding import QuestionFound
from shared.contracts.action_snapshot import ActionSnapshot
from shared.contracts.envelope import Envelope
from shared.contracts.hashing import content_sha256, snapshot_sha256
from shared.contracts.planner import ActionSubmissionV1, ActionWithdrawnV1
from shared.observability.causes import places_of

QUESTION = "GATE-QUESTION"
"""The note that Medical Information has a question of this action."""


class NotASnapshot(ValueError):
    """What was submitted is no action: the message is buried, its action waits. Names the places, not what they say."""


_HASH_DIFFERS = Finding(
    rule_id="GATE-HASH",
    severity="block",
    message="the snapshot that arrived is not the one whose hash was announced",
    remedy="submit the action again; if this repeats, somebody changes snapshots on the way",
)


async def foresee_submissions(events: Sequence[ActionSubmissionV1], uow: UnitOfWork, *, gate: Gate) -> None:
    """Before many submissions are judged in one transaction, read what all of them need."""
    await uow.foresee(
        people={event.stakeholder_id for event in events},
        engagers={engager_id for event in events if (engager_id := _engager_of(event.snapshot)) is not None},
        actions={event.action_id for event in events},
        posts={key for event in events for key in keys_of_target(event.snapshot)},
        held_until_closed=gate.drug_safety.hold_until == "closed",
        contacts_since=gate.clock.now() - CONTACT_WINDOW,
    )


async def on_action_submission(event: ActionSubmissionV1, _envelope: Envelope, uow: UnitOfWork, *, gate: Gate) -> None:
    """Whenever an action is submitted or revised, judge that version; what was approved before is void."""
    submission = _received(event)
    await uow.people.lock(submission.stakeholder_id)
    case = await uow.cases.get_for_update(event.action_id)
    if case is not None and (event.version <= case.submission.action_version or case.state in OVER):
        await _only_forward(case, submission, gate, uow)
        return
    now = gate.clock.now()
    by_author = Occasion(by=event.submitted_by, at=now, why=f"version {event.version} of the action")
    if case is None:
        case = Case.open(submission, slot_of(submission.snapshot), by_author)
        await uow.cases.add(case)
    else:
        revised = slot_of(submission.snapshot)
        await change_case(case, lambda each: each.revise(submission, revised, by_author), by_author, uow)
    await _conclude(case, announced=event.snapshot_sha256, gate=gate, uow=uow)


async def on_unreadable_submission(
    event: ActionSubmissionV1, envelope: Envelope, uow: UnitOfWork, *, gate: Gate, open_uow: OpenUnitOfWork
) -> None:
    """As `on_action_submission`; where the snapshot is none, its texts still reach drug safety before it is buried."""
    try:
        await on_action_submission(event, envelope, uow, gate=gate)
    except NotASnapshot:
        await _forward_apart(event, gate, open_uow)
        raise


async def on_parked_submission(event: ActionSubmissionV1, _envelope: Envelope, uow: UnitOfWork, *, gate: Gate) -> None:
    """Whenever a submission waits behind one that nobody can read, its texts reach drug safety all the same."""
    await forward_wreck(event.action_id, event.stakeholder_id, event.snapshot, gate, uow)


async def on_action_withdrawn(event: ActionWithdrawnV1, _envelope: Envelope, uow: UnitOfWork, *, gate: Gate) -> None:
    """Whenever the author takes an action back, it never goes out. Raises InvalidTransition once redeemed."""
    case = await uow.cases.get_for_update(event.action_id)
    if case is None or case.state in ("withdrawn", "recalled"):
        return
    occasion = Occasion(by=event.withdrawn_by, at=gate.clock.now(), why=event.reason)
    await change_case(case, lambda each: each.withdraw(occasion), occasion, uow)


async def _conclude(case: Case, *, announced: str, gate: Gate, uow: UnitOfWork) -> None:
    submission, now = case.submission, gate.clock.now()
    world = await world_of(submission, gate, uow)
    judgement = judge(submission, world, gate, now)
    if announced != submission.snapshot_sha256:
        judgement = with_finding(judgement, _HASH_DIFFERS, gate)
    received_in = None if world.channel is None else world.channel.country
    handover = judgement.safety_handover
    forwarded = await forward_action(submission, received_in=received_in, handover=handover, gate=gate, uow=uow)
    judgement = replace(judgement, safety_handover=handover or bool(forwarded.safety))
    for case_id, asked in forwarded.questions:
        judgement = with_finding(judgement, _asked(case_id, asked), gate)
    stops = await stops_of(submission, gate, uow)
    pre_approval = await pre_approval_of(case, judgement, gate, uow)
    case.conclude(judgement, stops, Occasion(by=SYSTEM, at=now, why="screened"), pre_approval)
    await uow.cases.save(case)
    await hold_for(forwarded, gate, uow)


async def _forward_apart(event: ActionSubmissionV1, gate: Gate, open_uow: OpenUnitOfWork) -> None:
    """In a transaction of its own, because the one at hand is rolled back with the refusal."""
    async with open_uow() as uow:
        await forward_wreck(event.action_id, event.stakeholder_id, event.snapshot, gate, uow)
        await uow.commit()


async def _only_forward(case: Case, submission: Submission, gate: Gate, uow: UnitOfWork) -> None:
    """A version that is not judged any more: it came late, or the action was carried out. Its texts count all the same.

    Raises InvalidTransition where a new version comes after the action was carried out and nothing is forwarded.
    """
    forwarded = await forward_action(submission, received_in=None, handover=None, gate=gate, uow=uow)
    await hold_for(forwarded, gate, uow)
    if not forwarded.opened and submission.action_version > case.submission.action_version:
        case.revise(submission, slot_of(submission.snapshot), Occasion(by=SYSTEM, at=gate.clock.now()))


def _asked(case_id: str, asked: QuestionFound) -> Finding:
    question = asked.question
    return Finding(
        rule_id=QUESTION,
        severity="pass",
        message=f"Medical Information has this question about {', '.join(question.products)} (case {case_id}).",
        remedy="Leave the answer to Medical Information; in public say only where to ask.",
        evidence=question.evidence[0] if question.evidence else None,
    )


def _received(event: ActionSubmissionV1) -> Submission:
    try:
        ActionSnapshot.model_validate(event.snapshot)
    except ValidationError as error:  # poison, not a case; its own words would quote the action's text
        raise NotASnapshot(places_of(error)) from None
    return Submission(
        action_id=event.action_id,
        action_version=event.version,
        stakeholder_id=event.stakeholder_id,
        snapshot=event.snapshot,
        snapshot_sha256=snapshot_sha256(event.snapshot),
        content_sha256=content_sha256(event.snapshot),
        submitted_by=event.submitted_by,
        submitted_by_name=event.submitted_by_name,
        edited_by=frozenset(event.edited_by),
    )


def _engager_of(snapshot: Mapping[str, Any]) -> str | None:
    actor: Any = snapshot.get("actor")  # not checked yet: the snapshot may be rubbish
    engager_id: Any = actor.get("id") if isinstance(actor, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - the same
    return engager_id if isinstance(engager_id, str) else None
