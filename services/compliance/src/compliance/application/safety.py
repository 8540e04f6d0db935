"""What the gate does when safety text comes in: a case is opened, and what waits for the person or the post is held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.application.aftercare.watches import note_captured
from compliance.application.forwarding import Forwarded, Seen, forward
from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.application.stopping import carry_stops, carry_stops_about
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.judgement import Submission
from compliance.domain.screening.forwarding.pieces import piece_of_post, pieces_of_action, pieces_of_wreck
from compliance.domain.screening.text.marks import QUESTION_MARKS
from shared.contracts.audit import PostCapturedV1
from shared.contracts.envelope import Envelope


async def on_post_captured(event: PostCapturedV1, _envelope: Envelope, uow: UnitOfWork, *, gate: Gate) -> None:
    """Whenever a post of or about somebody of ours is captured, see whether drug safety or Medical Information has to.

    The person's lock is taken before anything is written, and only where there is something to write.
    """
    forwarded = await _forward_post(event, uow, gate)
    await note_captured(event, forwarded.safety, uow, gate=gate)


async def on_parked_post(event: PostCapturedV1, _envelope: Envelope, uow: UnitOfWork, *, gate: Gate) -> None:
    """Whenever a post waits behind news of it that nobody can read, drug safety hears of it all the same."""
    await _forward_post(event, uow, gate)


async def _forward_post(event: PostCapturedV1, uow: UnitOfWork, gate: Gate) -> Forwarded:
    piece = piece_of_post(event.text, event.media_text, event.author_handle)
    if not piece.fields:
        return Forwarded()
    found = gate.examine([piece])
    if not found.safety and not found.questions:
        return Forwarded()
    person = event.author_stakeholder_id
    if person is not None:
        await uow.people.lock(person)
    seen = Seen(
        source="post",
        source_id=event.post_id,
        person=person,
        reporter=None if person is None else await uow.people.get(person),
        received_in=None,
        url=event.url,
    )
    forwarded = await forward([piece], seen, gate, uow)
    await hold_for(forwarded, gate, uow)
    return forwarded


async def forward_action(
    submission: Submission, *, received_in: str | None, handover: bool | None, gate: Gate, uow: UnitOfWork
) -> Forwarded:
    """Open the cases that the texts of a submission ask for; the caller holds the person's lock.

    `handover` is what the screen said, None where it was not asked. Where it saw nothing, only what it does not judge
    is looked through: pages behind links, and questions.
    """
    snapshot = submission.snapshot
    if handover is False and not _may_hold_more(snapshot):
        return Forwarded()
    target: Mapping[str, Any] = snapshot.get("target") or {}
    seen = Seen(
        source="action",
        source_id=submission.action_id,
        person=submission.stakeholder_id,
        reporter=await uow.people.get(submission.stakeholder_id),
        received_in=received_in,
        url=target.get("url"),
    )
    return await forward(pieces_of_action(snapshot), seen, gate, uow, certain=handover is True)


async def forward_wreck(action_id: str, person: str, values: Mapping[str, Any], gate: Gate, uow: UnitOfWork) -> None:
    """Open the safety cases in a submission that is no snapshot: its texts are read whatever they were meant to be.

    Takes no locks, because the transaction that failed over it may hold them; stop signals count at release anyway.
    """
    seen = Seen(
        source="action",
        source_id=action_id,
        person=person,
        reporter=None,
        received_in=None,
        url=None,
    )
    await forward(pieces_of_wreck(values), seen, gate, uow)


async def hold_for(forwarded: Forwarded, gate: Gate, uow: UnitOfWork) -> None:
    """Hold every queued action for the person, and every action of anybody about the post, of new safety cases."""
    occasion = Occasion(by=SYSTEM, at=gate.clock.now(), why="no stop signal is left")
    persons = {case.report.stakeholder_id for case in forwarded.opened} - {None}
    keys = {key for case in forwarded.opened for key in case.report.post_keys}
    for person in sorted(each for each in persons if each):
        await carry_stops(person, occasion, gate, uow)
    await carry_stops_about(sorted(keys), occasion, gate, uow)


def _may_hold_more(snapshot: Mapping[str, Any]) -> bool:
    target: Mapping[str, Any] = snapshot.get("target") or {}
    if snapshot.get("inbound_text") or snapshot.get("links") or target.get("links"):
        return True
    texts = f"{target.get('text') or ''}{target.get('media_text') or ''}"
    return not QUESTION_MARKS.isdisjoint(texts)
