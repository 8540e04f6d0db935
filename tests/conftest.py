"""What every test may ask for: a real PostgreSQL, a real Kafka, a database of its own."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from support import platform
from support.required import NO_PUBLIC_DATA, pytest_runtest_makereport

__all__ = ["pytest_runtest_makereport"]

settings.register_profile("untimed", deadline=None)  # speed is measured in tests/bench; a busy machine fails nothing
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The superuser's address of a PostgreSQL 18."""
    with platform.postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def kafka_servers(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """`host:port` of an Apache Kafka."""
    with platform.kafka(tmp_path_factory.mktemp("kafka")) as servers:
        yield servers


@pytest.fixture(scope="session")
def fresh_database(postgres_url: str) -> Generator[Callable[[str], str]]:
    """`fresh_database("registry")` creates an empty database and returns its address; all are dropped at the end."""
    created: list[str] = []

    def create(hint: str = "test") -> str:
        name = f"test_{hint}_{secrets.token_hex(4)}".replace("-", "_").lower()
        _in_thread(platform.execute, postgres_url, f'CREATE DATABASE "{name}"')
        created.append(name)
        return f"{postgres_url.rpartition('/')[0]}/{name}"

    yield create
    for name in created:
        _in_thread(platform.execute, postgres_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _in_thread(work: Callable[..., Any], *arguments: Any) -> None:
    """Run a coroutine to its end, whether or not a loop runs in this thread."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(work(*arguments))).result()


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def public_data(repository: Path) -> Path:
    """The public data folder; the test is skipped where it is absent."""
    folder = Path(os.environ.get("RAPPORT_PUBLIC_DATA") or repository.parent / "shared").resolve()
    if not (folder / "data").is_dir():
        pytest.skip(f"{NO_PUBLIC_DATA} {folder}; name it in RAPPORT_PUBLIC_DATA")
    return folder
