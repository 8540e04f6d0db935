"""Every day of the changelog that is over is digested once, and its digest told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from shared.kernel.clock import Clock
from shared.kernel.events import Aggregate, DomainEvent

SETTLED = timedelta(minutes=10)
"""No transaction lives that long, so by then every change of the day before has been committed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangelogDigested(DomainEvent):
    """A day (UTC) is over: so many changes, and the SHA-256 over their hashes."""

    day: date
    changes: int
    sha256: str


class DailyDigest(Aggregate):
    """Made once per day and never again."""

    def __init__(self, day: date, *, changes: int, sha256: str) -> None:
        super().__init__(version=1)
        self.record(ChangelogDigested(day=day, changes=changes, sha256=sha256))


class Digests(Protocol):
    """The days of one service's changelog, in one transaction."""

    async def next_day(self) -> date | None:
        """The first day without a digest, None where nothing has changed yet."""
        ...

    async def digest(self, day: date) -> None:
        """Keep the digest of `day` and tell it."""
        ...


class Digesting(Protocol):
    """A transaction that can digest."""

    @property
    def digests(self) -> Digests: ...
    async def commit(self) -> None: ...


async def digest_finished_days(
    *, unit_of_work: Callable[[], AbstractAsyncContextManager[Digesting]], clock: Clock
) -> None:
    """Digest every day that is over, the oldest first, each in a transaction of its own."""
    while True:
        async with unit_of_work() as uow:
            day = await uow.digests.next_day()
            if day is None or day >= (clock.now() - SETTLED).date():
                return
            await uow.digests.digest(day)
            await uow.commit()
