"""One migrated database, copied for every run."""

from __future__ import annotations

import pytest

from soak.databases import Databases


@pytest.fixture(scope="session")
def soak_databases(postgres_url: str) -> Databases:
    return Databases(postgres_url)
