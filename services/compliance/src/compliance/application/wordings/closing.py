"""People suspend and withdraw wordings, and the calendar ends them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from compliance.application.gate import Gate
from compliance.application.isolation import Report, each_on_its_own
from compliance.application.ports.unit_of_work import FindDue, OpenUnitOfWork
from compliance.application.wordings.ending import still_in_use, suspend, take_back, to_review
from compliance.application.wordings.proposing import Seen, locked, occasion_of
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.wordings.wording import Wording


async def suspend_wording(seen: Seen, *, open_uow: OpenUnitOfWork, gate: Gate) -> Wording:
    """Any reviewer stops it at once. Raises NotFound, ConcurrentChange, InvalidTransition, ReasonMissing."""
    async with open_uow() as uow:
        occasion = occasion_of(seen.by, seen.why, gate)
        await take_back(seen.wording_id, occasion, uow)
        wording = await locked(seen.wording_id, seen.version, uow)
        await suspend(wording, occasion, uow)
        await uow.commit()
    return wording


async def withdraw_wording(seen: Seen, *, open_uow: OpenUnitOfWork, gate: Gate) -> Wording:
    """For good. Raises the same."""
    async with open_uow() as uow:
        occasion = occasion_of(seen.by, seen.why, gate)
        await take_back(seen.wording_id, occasion, uow)
        wording = await locked(seen.wording_id, seen.version, uow)
        wording.withdraw(occasion)
        await uow.fast_lane.wordings.save(wording)
        await uow.commit()
    return wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a round looks for: wordings whose last day has passed, samples nobody looked at, cases left behind."""

    over: FindDue
    unseen: FindDue
    left_behind: Callable[[], Awaitable[Sequence[str]]]


async def make_rounds(due: Due, *, open_uow: OpenUnitOfWork, gate: Gate, report: Report) -> None:
    """Each in its own transaction: one that breaks does not hold the rest."""
    now = gate.clock.now()

    async def expire(wording_id: str) -> None:
        await _expire(wording_id, now, open_uow)

    async def overdue(permit_id: str) -> None:
        await _suspend_for(permit_id, now, open_uow)

    async def take_one_back(action_id: str) -> None:
        await _take_one_back(action_id, open_uow, gate)

    await each_on_its_own(await due.over(now), expire, report=report)
    await each_on_its_own(await due.unseen(now), overdue, report=report)
    await each_on_its_own(await due.left_behind(), take_one_back, report=report)


async def _expire(wording_id: str, now: datetime, open_uow: OpenUnitOfWork) -> None:
    async with open_uow() as uow:
        occasion = Occasion(by=SYSTEM, at=now, why="its last day has passed")
        await take_back(wording_id, occasion, uow)
        wording = await uow.fast_lane.wordings.get_for_update(wording_id)
        if wording is not None and wording.state == "approved" and wording.details.content.is_over(now):
            wording.expire(occasion)
            await uow.fast_lane.wordings.save(wording)
            await uow.commit()


async def _suspend_for(permit_id: str, now: datetime, open_uow: OpenUnitOfWork) -> None:
    async with open_uow() as uow:
        seen = await uow.fast_lane.samples.get(permit_id)
        if seen is None or seen.state != "drawn" or seen.details.due_at > now:
            return
        occasion = Occasion(by=SYSTEM, at=now, why="nobody looked at a drawn sample in time")
        wording_id = seen.details.wording.wording_id
        await take_back(wording_id, occasion, uow)
        wording = await uow.fast_lane.wordings.get_for_update(wording_id)
        sample = await uow.fast_lane.samples.get_for_update(permit_id)
        if wording is None or sample is None or sample.state != "drawn":
            return
        sample.note_overdue(occasion)
        await uow.fast_lane.samples.save(sample)
        if wording.state == "approved":
            await suspend(wording, occasion, uow)
        await uow.commit()


async def _take_one_back(action_id: str, open_uow: OpenUnitOfWork, gate: Gate) -> None:
    async with open_uow() as uow:
        case = await uow.cases.get_for_update(action_id)
        if case is None or await still_in_use(case, gate, uow):
            return
        occasion = Occasion(by=SYSTEM, at=gate.clock.now(), why="the wording is not approved any more")
        await to_review(case, occasion, uow)
        await uow.commit()
