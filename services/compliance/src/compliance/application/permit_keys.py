"""The ledger learns what an operator did to the keys of permits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.domain.permit_key import KeyRing
from compliance.domain.permit_key_record import KeyRecord
from shared.kernel.events import Aggregate


class RecordingUnitOfWork(UnitOfWork, Protocol):
    """A unit of work that writes the events of any aggregate it is shown into the ledger."""

    def track(self, aggregate: Aggregate) -> None: ...


FindRecorded = Callable[[], Awaitable[Mapping[str, int]]]
"""How many entries the ledger has of each key, by kid."""


async def record_keys(
    ring: KeyRing, *, find_recorded: FindRecorded, open_uow: Callable[[], RecordingUnitOfWork]
) -> None:
    """Write what the ledger does not know yet; nothing where it knows all. Doing it again does nothing."""
    recorded = await find_recorded()
    behind = [key for key in ring.keys if len(key.history) > recorded.get(key.kid, 0)]
    if not behind:
        return
    async with open_uow() as uow:
        for key in behind:
            record = KeyRecord(version=recorded.get(key.kid, 0))
            record.catch_up(key)
            uow.track(record)
        await uow.commit()
