"""The gate knows no accounts: it remembers the people whose tokens it has seen, and where they were named."""

from __future__ import annotations

from collections.abc import Callable

from compliance.application.teamwork.ports import Colleague, TeamworkUnitOfWork
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound

_MOST = 10_000


async def read_mention(mention_id: str, by: str, *, uow: TeamworkUnitOfWork, clock: Clock) -> None:
    """Note that one has seen where one was named. Raises NotFound."""
    async with uow:
        if not await uow.teamwork.mentions.read(by, mention_id, clock.now()):
            raise NotFound(f"you are not named in {mention_id}", remedy="GET /v1/mentions lists where you are")
        await uow.commit()


class Meeting:
    """Notes each colleague once as they are; who has changed is noted again."""

    def __init__(self, unit_of_work: Callable[[], TeamworkUnitOfWork], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._met: set[Colleague] = set()

    async def __call__(self, colleague: Colleague) -> None:
        if colleague in self._met:
            return
        async with self._unit_of_work() as uow:
            await uow.teamwork.colleagues.note(colleague, self._clock.now())
            await uow.commit()
        if len(self._met) >= _MOST:
            self._met.clear()
        self._met.add(colleague)
