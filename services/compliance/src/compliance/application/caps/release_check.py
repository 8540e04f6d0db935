"""At release: whether what the approval reserved is still there, and fits the limits as they are now."""

from __future__ import annotations

from compliance.application.caps.reserving import ensure_room_for
from compliance.application.gate import Gate
from compliance.application.ports.repositories import Hold
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.domain.caps.errors import CapReached, CapUnclear
from compliance.domain.case import Case
from compliance.domain.judgement import Judgement


async def caps_hold(case: Case, judged: Judgement, gate: Gate, uow: UnitOfWork) -> Hold | None:
    """Why the caps keep the case from its release; `judged` is the judgement of this moment.

    Lower limits since the approval, transfers recorded meanwhile and a reservation that is gone all count.
    """
    try:
        wanted = await ensure_room_for(case, gate, uow, judged)
    except (CapReached, CapUnclear) as refusal:
        return Hold(code=refusal.code, message=refusal.message, remedy=refusal.remedy or "")
    held = {
        each.reservation_id: each.taking
        for each in await uow.caps.of_action(case.action_id)
        if each.state in ("reserved", "confirmed")
    }
    for taking in wanted:
        kept = held.get(taking.reservation_id)
        if kept is None or kept.pieces != taking.pieces or kept.scope != taking.scope:
            return Hold(
                code="cap_not_reserved",
                message=f"the reservation of {taking.cap.replace('_', ' ')} of this action is not there any more",
                remedy="submit the action again, so that its approval reserves it (see `rapport caps check`)",
            )
    return None
