"""Anchored changelogs: the ledger is all that is kept of them."""

from __future__ import annotations

from sqlalchemy import func, select

from compliance.adapters.tables import ledger
from compliance.domain.changelog import AnchoredChangelog, ChangelogAnchored, Digest
from shared.db.unit_of_work import SqlUnitOfWork


class SqlChangelogs:
    """Implements `Changelogs`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def of_day(self, digest: Digest) -> AnchoredChangelog:
        same = (ledger.c.aggregate == ChangelogAnchored.AGGREGATE) & (
            ledger.c.aggregate_id == f"{digest.service}:{digest.day.isoformat()}"
        )
        statement = select(func.coalesce(func.max(ledger.c.aggregate_version), 0)).where(same)
        version: int = (await self._uow.connection.execute(statement)).scalar_one()
        anchored = AnchoredChangelog(digest, version=version)
        self._uow.track(anchored)
        return anchored
