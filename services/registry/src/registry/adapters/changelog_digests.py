"""Daily digests of the changelog: a hash per change, salted, and one over all of them.

The hashes of a day are kept for good. A change that is erased with its person leaves its hash, which without the salt
tells nothing; every change that is there must still have its hash among those of its day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from registry.adapters.tables import changelog_digests, changes
from registry.adapters.unit_of_work import SqlRegistryUnitOfWork
from registry.domain.changelog import DailyDigest
from shared.contracts.hashing import canonical
from shared.kernel.clock import Clock

_DAY = timedelta(days=1)
_SETTLED = timedelta(minutes=10)
"""No transaction lives that long, so by then every change of the day before has been committed."""
_AT_ONCE = 5_000
_HASHED = ("aggregate_id", "version", "what", "changed_by", "reason", "old", "new", "changed_at")


class ChangelogDigests:
    """Digests every day that is over."""

    def __init__(self, unit_of_work: Callable[[], SqlRegistryUnitOfWork], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def run(self) -> None:
        """One transaction per day, the oldest first; each tells its digest."""
        while await self._digest_next():
            pass

    async def _digest_next(self) -> bool:
        async with self._unit_of_work() as uow:
            day = await _next_day(uow)
            if day is None or day >= (self._clock.now() - _SETTLED).date():
                return False
            hashes = await _hashes(uow, day)
            sha256 = hashlib.sha256(hashes).hexdigest()
            count = len(hashes) // hashlib.sha256().digest_size
            row = {"day": day, "changes": count, "sha256": sha256, "hashes": hashes}
            await uow.connection.execute(insert(changelog_digests).values(row))
            uow.track(DailyDigest(day, changes=count, sha256=sha256))
            await uow.commit()
        return True


def change_hash(row: Mapping[str, Any]) -> bytes:
    """The hash of one row of the changelog: SHA-256 of its salt and its canonical JSON, times in UTC."""
    values = {name: row[name] for name in _HASHED}
    changed_at: datetime = values["changed_at"]
    values["changed_at"] = changed_at.isoformat()
    return hashlib.sha256(row["salt"] + canonical(values)).digest()


async def _next_day(uow: SqlRegistryUnitOfWork) -> date | None:
    """The day after the last digest, else the day of the first change."""
    last: date | None = (await uow.connection.execute(select(func.max(changelog_digests.c.day)))).scalar_one()
    if last is not None:
        return last + _DAY
    first = func.min(func.timezone("UTC", changes.c.changed_at))
    earliest: datetime | None = (await uow.connection.execute(select(first))).scalar_one()
    return None if earliest is None else earliest.date()


async def _hashes(uow: SqlRegistryUnitOfWork, day: date) -> bytes:
    """Those of the day's changes, in order of aggregate and version."""
    when = func.timezone("UTC", changes.c.changed_at)
    statement = (
        select(changes).where(when >= day, when < day + _DAY).order_by(changes.c.aggregate_id, changes.c.version)
    )
    result = await uow.connection.stream(statement.execution_options(yield_per=_AT_ONCE))
    return b"".join([change_hash(dict(row)) async for row in result.mappings()])
