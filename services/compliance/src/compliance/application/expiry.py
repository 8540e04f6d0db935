"""After its slot nothing goes out."""

from __future__ import annotations

from compliance.application.isolation import Report, each_on_its_own
from compliance.application.ports.unit_of_work import FindDue, OpenUnitOfWork
from compliance.application.stopping import change_case
from compliance.domain.case_record import QUEUED
from compliance.domain.events import SYSTEM, Occasion
from shared.kernel.clock import Clock


async def expire_overdue(*, find_over: FindDue, open_uow: OpenUnitOfWork, clock: Clock, report: Report) -> None:
    """Expire every queued case whose slot is over, with the permit it may hold; each in its own transaction."""

    async def expire(action_id: str) -> None:
        async with open_uow() as uow:
            case = await uow.cases.get_for_update(action_id)
            occasion = Occasion(by=SYSTEM, at=clock.now(), why="the slot is over")
            if case is None or case.state not in QUEUED or case.slot is None or not case.slot.is_over(occasion.at):
                return
            await change_case(case, lambda each: each.expire(occasion), occasion, uow)
            await uow.holds.clear(action_id)
            await uow.commit()

    await each_on_its_own(await find_over(clock.now()), expire, report=report)
