"""Records of aftercare in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.adapters.aftercare import tables
from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.records import SqlRecords
from compliance.domain.aftercare.take_down import TakeDown, Task


class SqlTakeDowns(SqlRecords[TakeDown]):
    """Implements `Records` for take-down tasks."""

    def found_by(self, record: TakeDown) -> Mapping[str, Any]:
        task = record.details
        return {"stakeholder_id": task.stakeholder_id, "due_at": task.due_at, "escalated_at": task.escalated_at}


class SqlAftercare:
    """Implements `Aftercare`."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self.take_downs = SqlTakeDowns(uow, tables.take_downs, "take_down", TakeDown, Task)
