"""Many rows in one round trip: PostgreSQL's COPY where it pays, an ordinary INSERT where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

import asyncpg
from sqlalchemy import Table, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.driver import driver_of

_WORTH_COPYING = 10

Bind = Callable[[Any], Any]


async def insert_rows(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert `rows` in their order, through the caller's transaction.

    Raises sqlalchemy.exc.IntegrityError either way. Rows that rely on a default computed in Python, or that differ
    in their columns, go through INSERT.
    """
    names = list(rows[0])
    if len(rows) < _WORTH_COPYING or not _copyable(table, names, rows):
        await connection.execute(insert(table), list(rows))
        return
    records = _records(names, [_bind(connection, table, name) for name in names], rows)
    driver = await driver_of(connection)
    try:
        await driver.copy_records_to_table(table.name, schema_name=table.schema, records=records, columns=names)
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(f"COPY {table.name}", None, error) from error


def _records(
    names: Sequence[str], binds: Sequence[Bind | None], rows: Sequence[dict[str, Any]]
) -> Iterable[tuple[Any, ...]]:
    if len(names) > 1 and not any(binds):
        return map(itemgetter(*names), rows)
    return [
        tuple(row[name] if bind is None else bind(row[name]) for name, bind in zip(names, binds, strict=True))
        for row in rows
    ]


def _copyable(table: Table, names: Sequence[str], rows: Sequence[dict[str, Any]]) -> bool:
    given = frozenset(names)
    if any(column.default is not None and column.name not in given for column in table.columns):
        return False
    return all(row.keys() == given for row in rows)


def _bind(connection: AsyncConnection, table: Table, name: str) -> Bind | None:
    """How SQLAlchemy would hand a value of this column to the driver."""
    dialect = connection.dialect
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
