"""What repositories have written, so that the ledger can commit to whole rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.unit_of_work import Publish, SqlUnitOfWork


class RecordedUnitOfWork(SqlUnitOfWork):
    """A unit of work that remembers the rows its repositories write, until their ledger entries are made."""

    def __init__(self, engine: AsyncEngine, publish: Publish) -> None:
        super().__init__(engine, publish)
        self._written: dict[tuple[str, str, int], Mapping[str, Any]] = {}

    def wrote(self, aggregate: str, aggregate_id: str, version: int, row: Mapping[str, Any]) -> None:
        """`row` is the whole row of the aggregate at `version`, as far as repositories write it."""
        self._written[aggregate, aggregate_id, version] = row

    def written(self, aggregate: str, aggregate_id: str, version: int) -> Mapping[str, Any] | None:
        """The row written at `version`; None for a version that was passed through within one transaction."""
        return self._written.pop((aggregate, aggregate_id, version), None)
