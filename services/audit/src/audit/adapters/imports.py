"""The record of imports in PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, update

from audit.adapters.tables import post_imports
from audit.application.ports import ImportStarted
from shared.changelog.changes import Changes
from shared.db.unit_of_work import SqlUnitOfWork

_COUNTS = post_imports.c


class SqlImports:
    """Meets `Imports`."""

    def __init__(self, uow: SqlUnitOfWork, changes: Changes) -> None:
        self._uow = uow
        self._changes = changes

    async def start(self, started: ImportStarted) -> None:
        await self._uow.connection.execute(insert(post_imports).values(asdict(started)))
        self._changes.note("import", started.id, 1, old={}, new=asdict(started))

    async def progress(self, import_id: str, captured: int, updated: int, unchanged: int) -> None:
        await self._uow.connection.execute(
            update(post_imports)
            .where(_COUNTS.id == import_id)
            .values(
                captured=_COUNTS.captured + captured,
                updated=_COUNTS.updated + updated,
                unchanged=_COUNTS.unchanged + unchanged,
            )
        )

    async def finish(self, import_id: str, at: datetime) -> None:
        await self._uow.connection.execute(update(post_imports).where(_COUNTS.id == import_id).values(finished_at=at))
        self._changes.note("import", import_id, 2, old={}, new={"finished_at": at})
