"""Safety cases: opened whatever becomes of the action, handed over by a person, watched by a clock."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal

from compliance.application.gate import Gate
from compliance.application.isolation import Report, each_on_its_own
from compliance.application.ports import FindDue, OpenUnitOfWork, UnitOfWork
from compliance.application.stopping import carry_stops
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.judgement import Submission
from compliance.domain.safety_case import SafetyCase, SafetyReport
from shared.contracts.audit import PostCapturedV1
from shared.contracts.envelope import Envelope
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound


async def on_post_captured(event: PostCapturedV1, _envelope: Envelope, uow: UnitOfWork, *, gate: Gate) -> None:
    """Whenever a post of or about somebody of ours is captured, see whether drug safety has to know."""
    reporting = [text for text in (event.text, event.media_text) if text and gate.scan(text).handover]
    if not reporting:
        return
    person = event.author_stakeholder_id
    if person is not None:
        await uow.people.lock(person)
    quote = "\n".join(reporting)
    if await open_case(source="post", source_id=event.post_id, person=person, text=quote, gate=gate, uow=uow):
        await _hold_actions_of(person, gate.clock, uow)


async def open_for_action(submission: Submission, gate: Gate, uow: UnitOfWork) -> None:
    """Open a safety case for the text in a submission that asks for one."""
    texts = [text for text in _texts(submission) if text]
    reporting = [text for text in texts if gate.scan(text).handover] or texts
    await open_case(
        source="action",
        source_id=submission.action_id,
        person=submission.stakeholder_id,
        text="\n".join(reporting),
        gate=gate,
        uow=uow,
    )


async def open_case(
    *, source: Literal["action", "post"], source_id: str, person: str | None, text: str, gate: Gate, uow: UnitOfWork
) -> bool:
    """Open a safety case unless exactly this text from this source has one; says whether it did."""
    quote_sha256 = hashlib.sha256(text.encode()).hexdigest()
    if await uow.safety_cases.is_known(source, source_id, quote_sha256):
        return False
    now = gate.clock.now()
    report = SafetyReport(
        safety_case_id=gate.new_id(),
        source=source,
        source_id=source_id,
        stakeholder_id=person,
        quote=text,
        quote_sha256=quote_sha256,
        criteria={name: found == "known" or None for name, found in gate.scan(text).criteria.items()},
        first_seen_at=now,
        due_at=gate.hand_over.due_at(now),
    )
    occasion = Occasion(by=SYSTEM, at=now, why=f"safety text in {source} {source_id}")
    await uow.safety_cases.add(SafetyCase.open(report, occasion))
    return True


async def hand_over(safety_case_id: str, by: str, *, open_uow: OpenUnitOfWork, clock: Clock) -> None:
    """Drug safety has it; what waited for this person goes on. Raises NotFound."""
    async with open_uow() as uow:
        seen = await uow.safety_cases.get(safety_case_id)
        if seen is None:
            raise NotFound(f"there is no safety case {safety_case_id}")
        person = seen.report.stakeholder_id
        if person is not None:
            await uow.people.lock(person)
        case = await uow.safety_cases.get_for_update(safety_case_id) or seen
        case.hand_over(Occasion(by=by, at=clock.now(), why="handed over to drug safety"))
        await uow.safety_cases.save(case)
        await _hold_actions_of(person, clock, uow)
        await uow.commit()


async def note_overdue(*, find_overdue: FindDue, open_uow: OpenUnitOfWork, clock: Clock, report: Report) -> None:
    """Mark every safety case whose time limit has passed, once; each in its own transaction."""
    now = clock.now()

    async def mark(safety_case_id: str) -> None:
        async with open_uow() as uow:
            case = await uow.safety_cases.get_for_update(safety_case_id)
            if case is not None:
                case.note_overdue(Occasion(by=SYSTEM, at=now, why="not handed over in time"))
                await uow.safety_cases.save(case)
                await uow.commit()

    await each_on_its_own(await find_overdue(now), mark, report=report)


async def _hold_actions_of(person: str | None, clock: Clock, uow: UnitOfWork) -> None:
    if person is not None:
        await carry_stops(person, Occasion(by=SYSTEM, at=clock.now(), why="no stop signal is left"), uow)


def _texts(submission: Submission) -> tuple[str | None, ...]:
    snapshot = submission.snapshot
    target: Mapping[str, Any] = snapshot.get("target") or {}
    return (
        snapshot.get("text"),
        snapshot.get("media_text"),
        snapshot.get("inbound_text"),
        target.get("text"),
        target.get("media_text"),
        *(target.get("recent_texts") or ()),
    )
