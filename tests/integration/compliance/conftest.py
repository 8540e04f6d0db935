"""The gate over a migrated database of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from shared.db.migrations import upgrade
from support.compliance_stage import Stage


@pytest.fixture(scope="session")
def compliance_database(fresh_database: Callable[[str], str], repository: Path) -> str:
    url = fresh_database("compliance")
    upgrade(repository / "services/compliance/alembic.ini", url)
    return url


@pytest_asyncio.fixture
async def stage(compliance_database: str) -> AsyncGenerator[Stage]:
    async with Stage.open(compliance_database) as opened:
        yield opened
