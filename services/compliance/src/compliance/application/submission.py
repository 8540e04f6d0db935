"""Whenever an action is submitted, revised or withdrawn."""

from __future__ import annotations

from pydantic import ValidationError

from compliance.application.gate import Gate
from compliance.application.judging import judge, slot_of, with_finding, world_of
from compliance.application.ports import UnitOfWork
from compliance.application.safety import open_for_action
from compliance.application.stopping import carry_stops, change_case, stops_of
from compliance.domain.case import Case
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.findings import Finding
from compliance.domain.judgement import Submission
from shared.contracts.action_snapshot import ActionSnapshot
from shared.contracts.envelope import Envelope
from shared.contracts.hashing import content_sha256, snapshot_sha256
from shared.contracts.planner import ActionSubmissionV1, ActionWithdrawnV1
from shared.observability.causes import places_of


class NotASnapshot(ValueError):
    """What was submitted is no action: the message is buried, its action waits. Names the places, not what they say."""


_HASH_DIFFERS = Finding(
    rule_id="GATE-HASH",
    severity="block",
    message="the snapshot that arrived is not the one whose hash was announced",
    remedy="submit the action again; if this repeats, somebody changes snapshots on the way",
)


async def on_action_submission(event: ActionSubmissionV1, _envelope: Envelope, uow: UnitOfWork, *, gate: Gate) -> None:
    """Whenever an action is submitted or revised, judge that version; what was approved before is void."""
    submission = _received(event)
    await uow.people.lock(submission.stakeholder_id)
    case = await uow.cases.get_for_update(event.action_id)
    if case is not None and event.version <= case.submission.action_version:
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


async def on_action_withdrawn(event: ActionWithdrawnV1, _envelope: Envelope, uow: UnitOfWork, *, gate: Gate) -> None:
    """Whenever the author takes an action back, it never goes out. Raises InvalidTransition once redeemed."""
    case = await uow.cases.get_for_update(event.action_id)
    if case is None or case.state == "withdrawn":
        return
    occasion = Occasion(by=event.withdrawn_by, at=gate.clock.now(), why=event.reason)
    await change_case(case, lambda each: each.withdraw(occasion), occasion, uow)


async def _conclude(case: Case, *, announced: str, gate: Gate, uow: UnitOfWork) -> None:
    submission, now = case.submission, gate.clock.now()
    judgement = judge(submission, await world_of(submission, gate, uow), gate, now)
    if announced != submission.snapshot_sha256:
        judgement = with_finding(judgement, _HASH_DIFFERS)
    if judgement.safety_handover:
        await open_for_action(submission, gate, uow)
    stops = await stops_of(submission.stakeholder_id, uow)
    occasion = Occasion(by=SYSTEM, at=now, why="screened")
    case.conclude(judgement, stops, occasion)
    await uow.cases.save(case)
    if judgement.safety_handover:
        await carry_stops(submission.stakeholder_id, occasion, uow)


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
