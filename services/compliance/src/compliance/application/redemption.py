"""The executor asks, online, whether it may act now. Only this answer allows the act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from compliance.application.actors import actor_hold, actor_of
from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from compliance.application.reviewers.revoking import unauthorised
from compliance.application.stopping import stops_of
from compliance.application.waiting import unknown_keys
from compliance.application.wordings.ending import still_in_use
from compliance.domain.case import Case
from compliance.domain.errors import PermitNotRedeemable
from compliance.domain.events import Occasion
from compliance.domain.permit import ReleasePermit
from shared.kernel.errors import NotFound, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """The answer: act now, with exactly this content. `permit_id` is the idempotency key on the platform."""

    permit_id: str
    redeemed_at: datetime
    content: Mapping[str, Any]


async def redeem(
    permit_id: str, *, client_id: str, content_sha256: str, open_uow: OpenUnitOfWork, gate: Gate
) -> Redemption:
    """Use up the permit in one transaction. The same executor asking again gets the same answer.

    Raises NotFound, WrongAudience, ContentChanged, PermitNotRedeemable, Unavailable.
    """
    async with open_uow() as uow:
        seen = await uow.permits.get(permit_id)
        if seen is None:
            raise NotFound(f"there is no permit {permit_id}")
        if seen.answers_again(client_id, content_sha256):
            return _answer(seen)
        await uow.people.lock(seen.grant.stakeholder_id)  # person, case, permit: the order of every transaction
        case = await uow.cases.get_for_update(seen.grant.action_id)
        permit = await uow.permits.get_for_update(permit_id)
        if case is None or permit is None:
            raise NotFound(f"there is no permit {permit_id}")
        if not permit.answers_again(client_id, content_sha256):
            occasion = Occasion(by=client_id, at=gate.clock.now(), why="redeemed")
            await _use(permit, case, content_sha256, occasion, gate=gate, uow=uow)
            await uow.commit()
        return _answer(permit)


async def _use(
    permit: ReleasePermit, case: Case, content_sha256: str, occasion: Occasion, *, gate: Gate, uow: UnitOfWork
) -> None:
    """Everything that can forbid the act is asked here, under the locks of person, case and permit."""
    if await unknown_keys(case.submission, uow):
        raise Unavailable(
            "what is known about this person may be out of date", remedy="do not act; ask again within the slot"
        )
    if await unauthorised(case, uow):
        raise PermitNotRedeemable("somebody who approved it may not approve any more", remedy="do not act")
    actor = actor_hold(case.submission, await actor_of(case.submission, uow), occasion.at)
    if actor is not None:
        raise PermitNotRedeemable(actor.message, remedy="do not act; ask again within the slot")
    stops = await stops_of(case.submission, gate, uow)
    permit.redeem(occasion.by, content_sha256, stops, occasion)
    if case.state != "released" or case.permit_id != permit.permit_id:
        raise PermitNotRedeemable(f"the action is {case.state}", remedy="do not act")
    if not await still_in_use(case, gate, uow):
        raise PermitNotRedeemable("the wording that approved it may not be used any more", remedy="do not act")
    case.redeem(permit.permit_id, occasion)
    await uow.permits.save(permit)
    await uow.cases.save(case)


def _answer(permit: ReleasePermit) -> Redemption:
    if permit.redeemed_at is None:
        raise PermitNotRedeemable("the permit was not redeemed", remedy="do not act")
    if not permit.grant.content:
        raise PermitNotRedeemable("its content was erased with the person", remedy="do not act")
    return Redemption(permit_id=permit.permit_id, redeemed_at=permit.redeemed_at, content=permit.grant.content)
