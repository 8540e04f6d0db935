"""A migrated database for each test: what one breaks, no other sees."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from shared.db.migrations import upgrade
from support import platform
from support.evidence_builders import Packs


@pytest.fixture(scope="session")
def migrated(fresh_database: Callable[[str], str], repository: Path) -> str:
    url = fresh_database("evidence_migrated")
    upgrade(repository / "services/compliance/alembic.ini", url)
    return url


@pytest.fixture
def database(fresh_database: Callable[[str], str], postgres_url: str, migrated: str) -> str:
    url = fresh_database("evidence")
    name, template = (each.rpartition("/")[2] for each in (url, migrated))
    asyncio.run(platform.execute(postgres_url, f'DROP DATABASE "{name}"'))
    asyncio.run(platform.execute(postgres_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    return url


@pytest_asyncio.fixture
async def packs(database: str, tmp_path: Path) -> AsyncGenerator[Packs]:
    async with Packs.open(database, tmp_path) as opened:
        yield opened
