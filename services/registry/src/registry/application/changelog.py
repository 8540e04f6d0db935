"""The daily digest of the changelog."""

from __future__ import annotations

from datetime import timedelta

from registry.application.ports import UnitOfWorkFactory
from shared.kernel.clock import Clock

_SETTLED = timedelta(minutes=10)
"""No transaction lives that long, so by then every change of the day before has been committed."""


async def digest_finished_days(*, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
    """Digest every day that is over, the oldest first, each in a transaction of its own; each tells its digest."""
    while True:
        async with unit_of_work() as uow:
            day = await uow.changelog.next_day()
            if day is None or day >= (clock.now() - _SETTLED).date():
                return
            await uow.changelog.digest(day)
            await uow.commit()
