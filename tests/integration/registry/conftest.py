from __future__ import annotations

from collections.abc import AsyncGenerator, Callable

import pytest

from support.registry_builders import Registry, a_registry


@pytest.fixture
async def registry(fresh_database: Callable[[str], str]) -> AsyncGenerator[Registry]:
    async with a_registry(fresh_database) as running:
        yield running
