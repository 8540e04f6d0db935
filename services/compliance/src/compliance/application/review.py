"""People decide."""

from __future__ import annotations

from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from compliance.application.reviewers.revoking import ensure_may_vote
from compliance.application.teamwork.ports import Colleague
from compliance.domain.case_record import State
from compliance.domain.review.signing import Signature, proof_for, used_up
from compliance.domain.review.votes import Ballot, Delegation, Voter, not_delegated
from shared.kernel.errors import ConcurrentChange, NotFound


async def vote(action_id: str, ballot: Ballot, voter: Voter, *, open_uow: OpenUnitOfWork, gate: Gate) -> State:
    """Record a signed decision and say where the case stands now.

    Raises NotFound, the refusals of `Case.vote`, NotDelegated, ReviewerIsRevoked, ReauthenticationRequired, and
    CapReached or CapUnclear where the approval would be complete and there is no room for what the action takes.
    """
    async with open_uow() as uow:
        seen = await uow.cases.get(action_id)
        if seen is None:
            raise NotFound(f"there is no case of action {action_id}")
        person = seen.submission.stakeholder_id
        await uow.people.lock(person)  # before the case, in every transaction: the approval takes of the person's caps
        case = await uow.cases.get_for_update(action_id)
        if case is None or case.submission.stakeholder_id != person:
            raise ConcurrentChange("the case is about somebody else by now", remedy="read it again and decide then")
        delegation = await _delegation(ballot, voter, gate, uow)
        now = gate.clock.now()
        case.vote(ballot, voter, now, delegation)
        await ensure_may_vote(case.votes[-1], uow)
        signature = Signature(
            action_id=action_id,
            case_version=ballot.case_version,
            authenticated_at=proof_for(voter, now, gate.sign_within),
            vote=case.votes[-1],
        )
        if not await uow.signatures.add(signature):
            raise used_up()
        await uow.teamwork.colleagues.note(Colleague(subject=voter.subject, name=voter.name, may_review=True), now)
        await uow.cases.save(case)
        await uow.commit()
        return case.state


async def _delegation(ballot: Ballot, voter: Voter, gate: Gate, uow: UnitOfWork) -> Delegation | None:
    """What the voter stands in on, held until the vote is kept: nobody ends the absence in between."""
    if ballot.on_behalf_of is None:
        return None
    absence = await uow.teamwork.absences.between(ballot.on_behalf_of, voter.subject, gate.clock.now())
    if absence is None or not absence.covers(gate.clock.now()):  # time went on while we waited for it
        raise not_delegated(ballot.on_behalf_of)
    return absence.delegation()
