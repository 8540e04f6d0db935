"""Carry stop signals, and the end of an approval, to everything that is queued."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.domain.case import Case
from compliance.domain.events import Occasion
from compliance.domain.judgement import Submission
from compliance.domain.post_keys import keys_of_target
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


async def stops_of(submission: Submission, gate: Gate, uow: UnitOfWork) -> frozenset[str]:
    """Every stop signal in force for the person and the post of this action."""
    person = submission.stakeholder_id
    return stops_for(
        await uow.people.get(person),
        open_safety_cases=await uow.safety_cases.open_for(person),
        post_is_held=bool(await _held(keys_of_target(submission.snapshot), gate, uow)),
    )


async def carry_stops(stakeholder_id: str, occasion: Occasion, gate: Gate, uow: UnitOfWork) -> None:
    """Pause or resume every queued case of the person, whose lock the caller holds."""
    await _carry(await uow.cases.queued_for(stakeholder_id), occasion, gate, uow)


async def carry_stops_about(post_keys: Sequence[str], occasion: Occasion, gate: Gate, uow: UnitOfWork) -> None:
    """Pause or resume every queued case about this post, whoever it is for.

    The cases are locked before their stop signals are read, so that a change of another person's signals, which this
    transaction does not wait for, is carried by whichever of the two locks a case last.
    """
    if post_keys:
        await _carry(await uow.cases.queued_about(post_keys), occasion, gate, uow)


async def _carry(cases: Sequence[Case], occasion: Occasion, gate: Gate, uow: UnitOfWork) -> None:
    for case in cases:
        stops = await stops_of(case.submission, gate, uow)
        await change_case(case, lambda each, stops=stops: each.note_stops(stops, occasion), occasion, uow)


async def _held(post_keys: Sequence[str], gate: Gate, uow: UnitOfWork) -> frozenset[str]:
    if not post_keys:
        return frozenset()
    until_closed = gate.drug_safety.hold_until == "closed"
    return await uow.safety_cases.holding(post_keys, until_closed=until_closed)
