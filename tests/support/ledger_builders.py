"""Ledger entries by the dozen, and what happens to a ledger behind its back."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import asyncpg
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from compliance.adapters.unit_of_work import ComplianceUnitOfWork
from compliance.bootstrap.means import build_unit_of_work
from compliance.domain.events import Occasion, StateChange
from shared.db.engine import create_engine
from shared.db.settings import DatabaseSettings
from shared.kernel.clock import SystemClock
from shared.kernel.events import Aggregate
from shared.kernel.ids import new_id
from support.compliance_builders import NOW, a_gate

LEAVES = "SELECT position, sequence FROM ledger_nodes WHERE level = 0 ORDER BY position"


class PageNoted(StateChange):
    """A state change of something the gate keeps no row of."""

    AGGREGATE: ClassVar[str] = "page"


class Page(Aggregate):
    """Notes one change per call."""

    def __init__(self) -> None:
        super().__init__()
        self.id = new_id()

    def note(self, why: str | None = "noted", by: str = "rosa") -> None:
        self.version += 1
        occasion = Occasion(by=by, at=NOW, why=why)
        self.record(
            PageNoted(aggregate_id=self.id, version=self.version, old_state=None, new_state="noted", occasion=occasion)
        )


@asynccontextmanager
async def engine_of(url: str) -> AsyncGenerator[AsyncEngine]:
    engine = create_engine(DatabaseSettings(url=SecretStr(url), pool_size=20), application_name="ledger-tests")
    try:
        yield engine
    finally:
        await engine.dispose()


async def append(engine: AsyncEngine, count: int = 1) -> Page:
    """`count` entries about one page, one transaction."""
    page = Page()
    async with opened(engine) as uow:
        uow.track(page)
        for _ in range(count):
            page.note()
        await uow.commit()
    return page


def opened(engine: AsyncEngine) -> ComplianceUnitOfWork:
    return build_unit_of_work(engine, a_gate(SystemClock()))()


async def rows(url: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(query, *values)]
    finally:
        await connection.close()


async def behind_its_back(url: str, *statements: str) -> None:
    """What somebody with all rights on the database does: no trigger stops it."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
