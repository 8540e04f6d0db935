"""Take of the caps what an action needs, when its approval is complete; confirm, use or give it back with the case."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.domain.caps.reservation import CapReservation
from compliance.domain.caps.room import Around, ensure_room
from compliance.domain.caps.takings import Taking, takings_of
from compliance.domain.case import Case
from compliance.domain.case_events import CaseChanged
from compliance.domain.events import StateChange
from compliance.domain.judgement import Judgement

_HELD_BY = frozenset({"approved", "paused", "released"})
"""States of a case in which it may hold a reservation that can still be given back."""


async def ensure_room_for(case: Case, gate: Gate, uow: UnitOfWork, judged: Judgement | None = None) -> Sequence[Taking]:
    """What the case takes, for which there is room. Raises CapReached and CapUnclear; nothing is written.

    Holds until the transaction ends: takes the person's lock, which the caller should have taken first, and after it
    that of the event. `judged` is a newer judgement than that of the case.
    """
    submission, judgement = case.submission, judged or case.judgement
    resolved = submission.snapshot if judgement is None else judgement.resolved
    wanted = takings_of(submission, resolved, case.slot)
    await uow.people.lock(submission.stakeholder_id)
    for scope in sorted({each.scope for each in wanted if each.cap == "event_spend"}):
        await uow.caps.lock(scope)
    around = Around(
        person=resolved.get("stakeholder") or {},
        taken=await uow.caps.taken_of({each.scope for each in wanted}),
        recorded=await uow.caps.recorded_for(submission.stakeholder_id) if len(wanted) > 1 else (),
    )
    ensure_room(wanted, gate.caps, gate.figures(), around)
    return wanted


async def on_case_changed(event: StateChange, uow: UnitOfWork, *, gate: Gate) -> None:
    """Whatever becomes of a case, its reservations follow in the same transaction.

    An approval is refused where the caps are full. A paused case keeps what it holds until its slot ends.
    """
    if not isinstance(event, CaseChanged):
        return
    if event.new_state == "approved" and event.old_state not in _HELD_BY:
        await _reserve(event, gate, uow)
    elif event.old_state in _HELD_BY and event.old_state != event.new_state:
        for reservation in await uow.caps.of_action(event.aggregate_id):
            _follow(reservation, event)
            await uow.caps.save(reservation)


async def _reserve(event: CaseChanged, gate: Gate, uow: UnitOfWork) -> None:
    case = await uow.cases.get(event.aggregate_id)
    if case is None:
        raise LookupError(f"the case of action {event.aggregate_id} was approved and is not there")
    wanted = await ensure_room_for(case, gate, uow)
    before = {each.reservation_id: each for each in await uow.caps.of_action(event.aggregate_id)}
    for taking in wanted:
        known = before.pop(taking.reservation_id, None)
        if known is None:
            await uow.caps.add(CapReservation.reserve(taking, event.occasion))
        else:
            known.give_back(event.occasion)
            known.reserve_again(taking, event.occasion)
            await uow.caps.save(known)
    for left in before.values():
        left.give_back(event.occasion)
        await uow.caps.save(left)


def _follow(reservation: CapReservation, event: CaseChanged) -> None:
    match event.new_state:
        case "released":
            reservation.confirm(event.occasion)
        case "redeemed":
            reservation.use(event.occasion)
        case "approved" | "paused":
            reservation.unconfirm(event.occasion)
        case _:
            reservation.give_back(event.occasion)
