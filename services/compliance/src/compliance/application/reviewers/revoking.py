"""Taking from somebody the right to approve, and giving it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from compliance.application.gate import Gate
from compliance.application.judging import judge, world_of
from compliance.application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from compliance.application.stopping import change_case, stops_of
from compliance.domain.case import Case
from compliance.domain.case_record import QUEUED
from compliance.domain.errors import PersonRequired, ReviewerIsRevoked
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.overriding import Override
from compliance.domain.review.revocation import (
    ReviewerRevocation,
    Withdrawn,
    may_not_approve,
    may_not_sign,
)
from compliance.domain.review.votes import Vote
from shared.kernel.errors import NotFound

FindApproved = Callable[[str], Awaitable[Sequence[str]]]
"""Ids of queued actions with a vote by a person, or by somebody who stood in for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who asks for it, and why."""

    by: str
    reason: str
    is_person: bool = True
    capacities: frozenset[str] = field(default_factory=frozenset[str])


async def revoke(
    subject: str, order: Order, *, find_approved: FindApproved, open_uow: OpenUnitOfWork, gate: Gate
) -> Sequence[str]:
    """Revoke, then send back to review what waits on their approvals; the actions that were.

    Should the second part break, nothing goes out all the same: release and redemption ask for themselves. Raises
    PersonRequired, ReasonMissing.
    """
    occasion = _occasion(order, gate)
    withdrawn = Withdrawn(subject=subject, capacities=order.capacities)
    async with open_uow() as uow:
        known = await uow.revocations.of_person_for_update(subject)
        if known is None:
            await uow.revocations.add(ReviewerRevocation.revoke(gate.new_id(), withdrawn, occasion))
        else:
            known.revoke_again(withdrawn, occasion)
            await uow.revocations.save(known)
        await uow.commit()
    sent_back: list[str] = []
    for action_id in await find_approved(subject):
        async with open_uow() as uow:
            if await _send_back(action_id, gate, uow):
                sent_back.append(action_id)
                await uow.commit()
    return sent_back


async def reinstate(subject: str, order: Order, *, open_uow: OpenUnitOfWork, gate: Gate) -> None:
    """They may approve again. Raises NotFound, PersonRequired, SelfApproval, ReasonMissing, InvalidTransition."""
    occasion = _occasion(order, gate)
    async with open_uow() as uow:
        known = await uow.revocations.of_person_for_update(subject)
        if known is None:
            raise NotFound(f"nothing was revoked from {subject}")
        known.reinstate(occasion)
        await uow.revocations.save(known)
        await uow.commit()


async def ensure_may_vote(vote: Vote, uow: UnitOfWork) -> None:
    """Raises ReviewerIsRevoked for an approval that would not count. A no is everybody's to say."""
    if vote.decision == "approve" and may_not_approve(vote, await uow.revocations.in_force(vote.people)):
        raise _revoked("approve")


async def ensure_may_override(override: Override, uow: UnitOfWork) -> None:
    """Raises ReviewerIsRevoked for a yes that would not count."""
    if override.decision == "override" and may_not_sign(
        override.by, override.capacities, await uow.revocations.in_force({override.by})
    ):
        raise _revoked("override")


async def unauthorised(case: Case, uow: UnitOfWork) -> tuple[str, ...]:
    """The steps of the case, `override` and `wording` among them, that people signed who may not do so any more."""
    overrides = [each for each in case.overrides if each.decision == "override"]
    signed = () if case.pre_approval is None else case.pre_approval.signatures
    people = {each.by for each in (*overrides, *signed)}.union(*(vote.people for vote in case.approvals))
    if not people:
        return ()
    revoked = await uow.revocations.in_force(people)
    votes = (vote.step or "review" for vote in case.approvals if may_not_approve(vote, revoked))
    return (
        *votes,
        *("override" for each in overrides if may_not_sign(each.by, each.capacities, revoked)),
        *("wording" for each in signed if may_not_sign(each.by, (each.capacity,), revoked)),
    )


async def ensure_may_sign_wordings(subject: str, capacity: str, uow: UnitOfWork) -> None:
    """Raises ReviewerIsRevoked for a signature that would not count."""
    if may_not_sign(subject, (capacity,), await uow.revocations.in_force({subject})):
        raise _revoked("sign wordings")


def reason_for(steps: Sequence[str]) -> str:
    """Why a case goes back."""
    return f"somebody who signed may not do so any more ({', '.join(dict.fromkeys(steps))})"


def _revoked(what: str) -> ReviewerIsRevoked:
    return ReviewerIsRevoked(
        f"the right to {what} was taken from you, or from whom you stand in for",
        remedy="ask a colleague to decide, or a lead why",
    )


async def _send_back(action_id: str, gate: Gate, uow: UnitOfWork) -> bool:
    seen = await uow.cases.get(action_id)
    if seen is None:
        return False
    await uow.people.lock(seen.submission.stakeholder_id)
    case = await uow.cases.get_for_update(action_id)
    if case is None or case.state not in QUEUED:
        return False
    steps = await unauthorised(case, uow)
    if not steps:
        return False
    now = gate.clock.now()
    judged = judge(case.submission, await world_of(case.submission, gate, uow), gate, now)
    stops = await stops_of(case.submission, gate, uow)
    occasion = Occasion(by=SYSTEM, at=now, why=reason_for(steps))
    await change_case(case, lambda each: each.rejudge(judged, stops, occasion), occasion, uow)
    return True


def _occasion(order: Order, gate: Gate) -> Occasion:
    if not order.is_person:
        raise PersonRequired("only a person decides who may approve", remedy="sign in as a lead")
    return Occasion(by=order.by, at=gate.clock.now(), why=order.reason)
