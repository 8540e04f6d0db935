"""The tables of money arrive in an empty database and in one of the release before, and are as the code has them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from compliance.adapters.money import tables
from shared.db.migrations import upgrade

pytestmark = pytest.mark.platform
BEFORE = "20261122_review"
OURS = {
    tables.fee_bands.name,
    tables.needs_assessments.name,
    tables.contracts.name,
    tables.recipients.name,
    tables.transfers_of_value.name,
    tables.transfer_versions.name,
    tables.disclosure_runs.name,
    tables.idempotency_keys.name,
}


@pytest.mark.parametrize("start", [BEFORE, None])
def test_money_is_migrated_to_from_the_release_before_and_from_nothing(
    fresh_database: Callable[[str], str], repository: Path, start: str | None
) -> None:
    url, ini = fresh_database("money"), repository / "services/compliance/alembic.ini"
    if start is not None:
        upgrade(ini, url, revision=start)
    upgrade(ini, url)
    differences, found = asyncio.run(compared(url))
    assert differences == []
    assert found >= OURS


async def compared(url: str) -> tuple[list[Any], set[str]]:
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_compared)
    finally:
        await engine.dispose()


def _compared(connection: Connection) -> tuple[list[Any], set[str]]:
    def only_ours(thing: Any, name: str | None, kind: str, *_rest: Any) -> bool:
        return name in OURS if kind == "table" else thing.table.name in OURS

    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": only_ours})
    return compare_metadata(context, tables.metadata), set(connection.dialect.get_table_names(connection))
