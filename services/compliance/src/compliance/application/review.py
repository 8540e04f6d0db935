"""People decide."""

from __future__ import annotations

from compliance.application.gate import Gate
from compliance.application.ports import OpenUnitOfWork
from compliance.domain.case import State
from compliance.domain.review.signing import Signature, proof_for, used_up
from compliance.domain.review.votes import Ballot, Voter
from shared.kernel.errors import NotFound


async def vote(action_id: str, ballot: Ballot, voter: Voter, *, open_uow: OpenUnitOfWork, gate: Gate) -> State:
    """Record a signed decision and say where the case stands now.

    Raises NotFound, the refusals of `Case.vote`, and ReauthenticationRequired.
    """
    now = gate.clock.now()
    async with open_uow() as uow:
        case = await uow.cases.get_for_update(action_id)
        if case is None:
            raise NotFound(f"there is no case of action {action_id}")
        case.vote(ballot, voter, now)
        signature = Signature(
            action_id=action_id,
            case_version=ballot.case_version,
            authenticated_at=proof_for(voter, now, gate.sign_within),
            vote=case.votes[-1],
        )
        if not await uow.signatures.add(signature):
            raise used_up()
        await uow.cases.save(case)
        await uow.commit()
        return case.state
