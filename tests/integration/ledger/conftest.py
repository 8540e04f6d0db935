"""A migrated database for each test: what one breaks, no other sees."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.migrations import upgrade
from support.ledger_builders import engine_of


@pytest.fixture
def database(fresh_database: Callable[[str], str], repository: Path) -> str:
    url = fresh_database("ledger")
    upgrade(repository / "services/compliance/alembic.ini", url)
    return url


@pytest_asyncio.fixture
async def engine(database: str) -> AsyncGenerator[AsyncEngine]:
    async with engine_of(database) as opened:
        yield opened
