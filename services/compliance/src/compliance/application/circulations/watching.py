"""The clock of reviews: people are reminded, and told when it is too late; each once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from compliance.application.circulations.ports import RoundsUnitOfWork
from compliance.application.isolation import Report, each_on_its_own
from compliance.domain.circulations.clock import ReviewClock
from compliance.domain.events import SYSTEM, Occasion

_AT_ONCE = 4


async def watch_reviews(
    now: datetime,
    *,
    find_due: Callable[[datetime], Awaitable[Sequence[str]]],
    open_uow: Callable[[], RoundsUnitOfWork],
    clock: ReviewClock,
    report: Report,
) -> None:
    """Tell of every circulation whose next share of time is over by `now`; each in its own transaction."""

    async def tell(round_id: str) -> None:
        async with open_uow() as uow:
            waiting = await uow.circulations.get_for_update(round_id)
            if waiting is not None:
                waiting.tell(clock, Occasion(by=SYSTEM, at=now, why="not decided yet"))
                await uow.circulations.save(waiting)
                await uow.commit()

    await each_on_its_own(await find_due(now), tell, report=report, at_once=_AT_ONCE)
