"""Take what is about an erased person out of their cases and permits; hashes, decisions and every proof stay."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.application.gate import Gate
from compliance.application.isolation import Report, each_on_its_own
from compliance.application.ports.unit_of_work import FindDue, OpenUnitOfWork, UnitOfWork
from compliance.application.stopping import change_case
from compliance.domain.case import QUEUED, Case
from compliance.domain.events import SYSTEM, Occasion


async def forget_actions(stakeholder_id: str, occasion: Occasion, gate: Gate, uow: UnitOfWork) -> None:
    """Whatever is queued is void; what was published stays as long as it has to be kept.

    The caller holds the person's lock and commits.
    """
    cases = [case for case in await uow.cases.of_person_for_update(stakeholder_id) if case.stored.erased_at is None]
    due = [case for case in cases if not await _is_kept(case, occasion, gate, uow)]
    ids = [case.action_id for case in due]
    permits = {case.action_id: await uow.permits.ids_of_action(case.action_id) for case in due}
    entries = [*ids, *(permit_id for each in permits.values() for permit_id in each)]
    await uow.personal_values.erase_of(stakeholder_id, entries)
    await uow.traces.forget(ids)
    for case in due:
        await _forget(case, permits[case.action_id], occasion, uow)


async def kept_entries(stakeholder_id: str, occasion: Occasion, gate: Gate, uow: UnitOfWork) -> Sequence[str]:
    """Ids of the cases and permits of what was published and has to be kept, and of what was erased before."""
    kept: list[str] = []
    for case in await uow.cases.of_person_for_update(stakeholder_id):
        if case.stored.erased_at is not None or await _is_kept(case, occasion, gate, uow):
            kept += [case.action_id, *await uow.permits.ids_of_action(case.action_id)]
    return kept


async def forget_due(*, find: FindDue, open_uow: OpenUnitOfWork, gate: Gate, report: Report) -> None:
    """Forget what is left of erased persons and need not be kept any more, each in a transaction of their own.

    `find` names those of whom something is left that was published before a moment, or never.
    """

    async def forget(stakeholder_id: str) -> None:
        async with open_uow() as uow:
            await uow.people.lock(stakeholder_id)
            known = await uow.people.get(stakeholder_id)
            if known is None or not known.erased:
                return
            occasion = Occasion(by=SYSTEM, at=gate.clock.now(), why="an erased person's data need not be kept any more")
            await forget_actions(stakeholder_id, occasion, gate, uow)
            await uow.commit()

    await each_on_its_own(await find(gate.clock.now() - gate.retention.published), forget, report=report)


async def _is_kept(case: Case, occasion: Occasion, gate: Gate, uow: UnitOfWork) -> bool:
    permits = [await uow.permits.get(each) for each in await uow.permits.ids_of_action(case.action_id)]
    return gate.retention.holds([permit for permit in permits if permit is not None], occasion.at)


async def _forget(case: Case, permits: Sequence[str], occasion: Occasion, uow: UnitOfWork) -> None:
    def end(each: Case) -> None:
        if each.state in QUEUED:
            each.void(occasion)
        each.erase(occasion)

    await change_case(case, end, occasion, uow)
    for permit_id in permits:
        permit = await uow.permits.get_for_update(permit_id)
        if permit is not None:
            permit.erase(occasion)
            await uow.permits.save(permit)
