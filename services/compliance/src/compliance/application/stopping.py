"""Carry stop signals, and the end of an approval, to everything that is queued."""

from __future__ import annotations

from collections.abc import Callable

from compliance.application.ports import UnitOfWork
from compliance.domain.case import Case
from compliance.domain.events import Occasion
from compliance.domain.stops import stops_for

Change = Callable[[Case], None]


async def change_case(case: Case, change: Change, occasion: Occasion, uow: UnitOfWork) -> None:
    """Change a locked case and save it; a permit that it thereby lost is stopped in the same transaction."""
    before, permit_id = case.version, case.permit_id
    change(case)
    if case.version == before:
        return
    await uow.cases.save(case)
    if permit_id is not None and case.permit_id != permit_id:
        permit = await uow.permits.get_for_update(permit_id)
        if permit is not None:
            permit.expire(occasion)
            permit.stop(occasion)
            await uow.permits.save(permit)


async def stops_of(stakeholder_id: str, uow: UnitOfWork) -> frozenset[str]:
    """Every stop signal in force for this person."""
    return stops_for(
        await uow.people.get(stakeholder_id), open_safety_cases=await uow.safety_cases.open_for(stakeholder_id)
    )


async def carry_stops(stakeholder_id: str, occasion: Occasion, uow: UnitOfWork) -> None:
    """Pause or resume every queued case of the person, whose lock the caller holds."""
    stops = await stops_of(stakeholder_id, uow)
    for case in await uow.cases.queued_for(stakeholder_id):
        await change_case(case, lambda each: each.note_stops(stops, occasion), occasion, uow)
