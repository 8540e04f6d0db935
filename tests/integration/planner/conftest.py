"""The planner's API and policies over a migrated database of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from shared.db.migrations import upgrade
from support.planner_stage import Stage


@pytest.fixture(scope="session")
def planner_database(fresh_database: Callable[[str], str], repository: Path) -> str:
    url = fresh_database("planner")
    upgrade(repository / "services/planner/alembic.ini", url)
    return url


@pytest_asyncio.fixture
async def stage(planner_database: str) -> AsyncGenerator[Stage]:
    async with Stage.open(planner_database) as opened:
        yield opened
