from __future__ import annotations

from collections.abc import AsyncGenerator, Callable

import pytest

from support.audit_builders import Audit, an_audit


@pytest.fixture
async def audit(fresh_database: Callable[[str], str]) -> AsyncGenerator[Audit]:
    async with an_audit(fresh_database) as running:
        yield running
