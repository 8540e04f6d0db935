"""People decide."""

from __future__ import annotations

from compliance.application.ports import OpenUnitOfWork
from compliance.domain.case import State
from compliance.domain.review.votes import Ballot, Voter
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound


async def vote(action_id: str, ballot: Ballot, voter: Voter, *, open_uow: OpenUnitOfWork, clock: Clock) -> State:
    """Record a decision and say where the case stands now. Raises NotFound and the refusals of `Case.vote`."""
    async with open_uow() as uow:
        case = await uow.cases.get_for_update(action_id)
        if case is None:
            raise NotFound(f"there is no case of action {action_id}")
        case.vote(ballot, voter, clock.now())
        await uow.cases.save(case)
        await uow.commit()
        return case.state
