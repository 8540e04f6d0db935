"""Records in PostgreSQL: the dataclass as JSON, decimals, dates and times as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, Select, Table, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.domain.records import Document
from shared.kernel.errors import ConcurrentChange

R = TypeVar("R", bound=Document[Any])


@cache
def _reader_of(details: type[Any]) -> TypeAdapter[Any]:
    """Made once: it takes milliseconds, and every unit of work has these repositories."""
    return TypeAdapter(details)


class SqlRecords(Generic[R]):
    """Implements `Records` for one kind of record in one table."""

    def __init__(
        self, uow: RecordedUnitOfWork, table: Table, aggregate: str, kind: type[R], details: type[Any]
    ) -> None:
        self._uow = uow
        self._aggregate = aggregate
        self._table = table
        self._kind = kind
        self._details = _reader_of(details)
        self._key = next(iter(table.primary_key.columns))

    async def get(self, record_id: str) -> R | None:
        return await self._one(select(self._table).where(self._key == record_id))

    async def get_for_update(self, record_id: str) -> R | None:
        return await self._one(select(self._table).where(self._key == record_id).with_for_update())

    async def add(self, record: R) -> None:
        statement = insert_or_not(self._table).values(self._row(record)).on_conflict_do_nothing()
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            raise ConcurrentChange(f"{record.record_id} has a record already", remedy="read it and change that one")
        await self._written(record)

    async def save(self, record: R) -> None:
        if record.version == record.stored_version:
            return
        statement = (
            update(self._table)
            .where(self._key == record.record_id, self._table.c.version == record.stored_version)
            .values({**self._row(record), "changed_at": func.now()})
        )
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            raise ConcurrentChange(f"{record.record_id} was changed by somebody else", remedy="read it and try again")
        await self._written(record)

    def found_by(self, record: R) -> Mapping[str, Any]:
        """Columns beside the document, none here."""
        del record
        return {}

    async def _many(self, statement: Select[Any]) -> Sequence[R]:
        rows = (await self._uow.connection.execute(statement.order_by(self._key))).mappings().all()
        return [self._record(row) for row in rows]

    async def _one(self, statement: Select[Any]) -> R | None:
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        return None if row is None else self._record(row)

    def _record(self, row: RowMapping) -> R:
        details = self._details.validate_python(row["document"])
        record = self._kind(row[self._key.name], details, state=row["state"], version=row["version"])
        self._uow.track(record)
        return record

    def _row(self, record: R) -> dict[str, Any]:
        return {
            self._key.name: record.record_id,
            "version": record.version,
            "state": record.state,
            "document": self._details.dump_python(record.details, mode="json"),
            **self.found_by(record),
        }

    async def _written(self, record: R) -> None:
        self._uow.wrote(self._aggregate, record.record_id, record.version, self._row(record))
        record.stored_version = record.version
        self._uow.track(record)
