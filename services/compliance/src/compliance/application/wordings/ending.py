"""When a wording may not be used any more, people look at what it approved and what has not been done yet.

Cases and permits are locked before the wording, as everywhere. An action that it approves at the same moment is found
by the release and the redemption, which hold the wording while they look at it, and by the next round.
"""

from __future__ import annotations

from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.application.stopping import change_case
from compliance.domain.case import Case
from compliance.domain.events import Occasion
from compliance.domain.wordings.wording import Wording


async def take_back(wording_id: str, occasion: Occasion, uow: UnitOfWork) -> None:
    """Every queued case under the wording goes to its reviewers; permits are stopped."""
    for case in await uow.cases.queued_under(wording_id):
        await to_review(case, occasion, uow)


async def to_review(case: Case, occasion: Occasion, uow: UnitOfWork) -> None:
    """People decide; what was judged still stands, and so do stop signals."""
    judged, stops = case.judgement, case.stored.stops
    if judged is not None:
        await change_case(case, lambda each: each.rejudge(judged, stops, occasion), occasion, uow)


async def suspend(wording: Wording, occasion: Occasion, uow: UnitOfWork) -> None:
    """Suspend a locked wording whose cases were taken back, and name everything that was released under it."""
    releases = tuple(await uow.fast_lane.wordings.releases(wording.record_id))
    wording.suspend(releases, occasion)
    await uow.fast_lane.wordings.save(wording)


async def still_in_use(case: Case, gate: Gate, uow: UnitOfWork) -> bool:
    """Whether the wording that approved the case may be used; it is held until the transaction ends."""
    given = case.pre_approval
    if given is None:
        return True
    wording = await uow.fast_lane.wordings.get_for_share(given.wording.wording_id)
    return wording is not None and wording.ref == given.wording and wording.may_be_used(gate.clock.now())
