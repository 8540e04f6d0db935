"""Daily digests of the changelog: a hash per change, salted, and one over all of them.

The hashes of a day are kept for good. A change that is erased with its person leaves its hash, which without the salt
tells nothing; every change that is there must still have its hash among those of its day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from shared.changelog.days import DailyDigest
from shared.changelog.tables import ChangelogTables
from shared.contracts.hashing import canonical
from shared.db.unit_of_work import SqlUnitOfWork

_DAY = timedelta(days=1)
_AT_ONCE = 5_000
_HASHED = ("aggregate_id", "version", "what", "changed_by", "reason", "old", "new", "changed_at")


class SqlDigests:
    """Implements `Digests`."""

    def __init__(self, uow: SqlUnitOfWork, tables: ChangelogTables) -> None:
        self._uow = uow
        self._changes, self._digests = tables.changes, tables.digests
        self._utc = func.timezone("UTC", self._changes.c.changed_at)

    async def next_day(self) -> date | None:
        connection = self._uow.connection
        last: date | None = (await connection.execute(select(func.max(self._digests.c.day)))).scalar_one()
        if last is not None:
            return last + _DAY
        earliest: datetime | None = (await connection.execute(select(func.min(self._utc)))).scalar_one()
        return None if earliest is None else earliest.date()

    async def digest(self, day: date) -> None:
        hashes = await self._hashes(day)
        sha256 = hashlib.sha256(hashes).hexdigest()
        count = len(hashes) // hashlib.sha256().digest_size
        row = {"day": day, "changes": count, "sha256": sha256, "hashes": hashes}
        await self._uow.connection.execute(insert(self._digests).values(row))
        self._uow.track(DailyDigest(day, changes=count, sha256=sha256))

    async def _hashes(self, day: date) -> bytes:
        """Those of the day's changes, in order of aggregate and version."""
        changes = self._changes
        statement = (
            select(changes)
            .where(day <= self._utc, day + _DAY > self._utc)
            .order_by(changes.c.aggregate_id, changes.c.version)
            .execution_options(yield_per=_AT_ONCE)
        )
        result = await self._uow.connection.stream(statement)
        return b"".join([change_hash(dict(row)) async for row in result.mappings()])


def change_hash(row: Mapping[str, Any]) -> bytes:
    """The hash of one row of the changelog: SHA-256 of its salt and its canonical JSON, times in UTC."""
    values = {name: row[name] for name in _HASHED}
    changed_at: datetime = values["changed_at"]
    values["changed_at"] = changed_at.isoformat()
    return hashlib.sha256(row["salt"] + canonical(values)).digest()
