"""One whole system, as a user starts it, for all flow tests."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from support.system import RunningSystem, running_system


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningSystem]:
    """Started with its demo data."""
    with running_system(tmp_path_factory.mktemp("flow")) as running:
        yield running
