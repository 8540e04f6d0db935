"""Every test here has a service, a database and topics of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable

import pytest

from support.backbone import Backbone, backbone


@pytest.fixture
async def service(fresh_database: Callable[[str], str], kafka_servers: str) -> AsyncGenerator[Backbone]:
    async with backbone(fresh_database("backbone"), kafka_servers) as built:
        yield built
