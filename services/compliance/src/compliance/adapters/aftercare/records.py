"""Records of aftercare in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import array

from compliance.adapters.aftercare import tables
from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.records import SqlRecords
from compliance.domain.aftercare.take_down import TakeDown, Task
from compliance.domain.aftercare.watch import Watch, Watched


class SqlTakeDowns(SqlRecords[TakeDown]):
    """Implements `Records` for take-down tasks."""

    def found_by(self, record: TakeDown) -> Mapping[str, Any]:
        task = record.details
        return {"stakeholder_id": task.stakeholder_id, "due_at": task.due_at, "escalated_at": task.escalated_at}


class SqlWatches(SqlRecords[Watch]):
    """Implements `Watches`."""

    async def open_about(self, post_keys: Sequence[str]) -> Sequence[Watch]:
        columns = tables.watches.c
        about = select(tables.watches).where(columns.state == "open", columns.post_keys.has_any(array(post_keys)))
        return await self._many(about.with_for_update())

    def found_by(self, record: Watch) -> Mapping[str, Any]:
        watched = record.details
        return {
            "stakeholder_id": watched.stakeholder_id,
            "next_due_at": record.next_due(),
            "begun_at": watched.begun_at,
            "post_keys": list(watched.post_keys),
        }


class SqlAftercare:
    """Implements `Aftercare`."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self.take_downs = SqlTakeDowns(uow, tables.take_downs, "take_down", TakeDown, Task)
        self.watches = SqlWatches(uow, tables.watches, "watch", Watch, Watched)
