"""What is wrong with a machine is said with its place and its remedy, never with a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from rapport.launcher.broker import apply_topics
from rapport.launcher.databases import provide_databases, service_url
from rapport.launcher.folder import DataFolder
from rapport.launcher.topics import Topic
from rapport.problem import Problem
from support.platform import execute, free_port
from support.running import eventually

pytestmark = pytest.mark.platform


def _up(data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rapport", "up"],
        env={**os.environ, "RAPPORT_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _refused(ended: subprocess.CompletedProcess[str], *words: str) -> None:
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    assert "What to do:" in ended.stderr
    for word in words:
        assert word in ended.stderr


def test_a_second_launcher_on_one_folder_names_the_first(tmp_path: Path) -> None:
    with DataFolder(tmp_path).held():
        _refused(_up(tmp_path), f"process {os.getpid()}", str(tmp_path), "rapport down", "RAPPORT_DATA")


def test_a_wrong_database_password_is_named_without_being_shown(
    tmp_path: Path, postgres_url: str, kafka_servers: str
) -> None:
    parts = urlsplit(postgres_url)
    wrong = f"postgresql://{parts.username}:mistyped@{parts.hostname}:{parts.port}/postgres"
    ended = _up(tmp_path, RAPPORT_POSTGRES_URL=wrong, RAPPORT_KAFKA_BOOTSTRAP_SERVERS=kafka_servers)
    _refused(ended, f"{parts.hostname}:{parts.port}", "refuses", "RAPPORT_POSTGRES_URL")
    assert "mistyped" not in ended.stdout + ended.stderr


def test_a_database_that_is_down_is_named(tmp_path: Path, kafka_servers: str) -> None:
    port = free_port()
    url = f"postgresql://rapport:secret@127.0.0.1:{port}/postgres"
    ended = _up(tmp_path, RAPPORT_POSTGRES_URL=url, RAPPORT_KAFKA_BOOTSTRAP_SERVERS=kafka_servers)
    _refused(ended, f"no PostgreSQL answers at 127.0.0.1:{port}", "RAPPORT_POSTGRES_URL")


def test_a_broker_that_is_down_is_named(tmp_path: Path, postgres_url: str) -> None:
    servers = f"127.0.0.1:{free_port()}"
    ended = _up(tmp_path, RAPPORT_POSTGRES_URL=postgres_url, RAPPORT_KAFKA_BOOTSTRAP_SERVERS=servers)
    _refused(ended, f"no Kafka broker answers at {servers}", "RAPPORT_KAFKA_BOOTSTRAP_SERVERS")


async def test_topics_are_created_once_grown_and_configured(kafka_servers: str) -> None:
    name = f"launcher.test{os.getpid()}"
    first = await apply_topics(kafka_servers, (Topic(name, 2, {"retention.ms": "60000"}),), say=lambda _: None)
    again = await apply_topics(kafka_servers, (Topic(name, 2, {"retention.ms": "60000"}),), say=lambda _: None)
    more = await apply_topics(kafka_servers, (Topic(name, 3, {"retention.ms": "70000"}),), say=lambda _: None)
    assert first.create
    assert not again
    assert (more.grow, more.configure) == ({name: 3}, {name: {"retention.ms": "70000"}})

    async def settled() -> bool:  # the broker tells of new settings a moment after it took them
        return not await apply_topics(kafka_servers, (Topic(name, 2, {"retention.ms": "70000"}),), say=lambda _: None)

    await eventually(settled, what="no more changes")


async def test_a_service_reaches_its_own_database_and_no_other(postgres_url: str) -> None:
    one, two = f"one{os.getpid()}", f"two{os.getpid()}"
    try:
        await provide_databases(postgres_url, {one: "first", two: "second"})
        await provide_databases(postgres_url, {one: "changed", two: "second"})  # safe to repeat; the password follows
        own = service_url(postgres_url, one, "changed")
        await execute(own, "CREATE TABLE mine (id int)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(own.rpartition("/")[0] + f"/rapport_{two}")
        with pytest.raises(Problem, match="refuses the user"):
            await provide_databases(service_url(postgres_url, one, "first"), {})
    finally:
        for name in (one, two):
            await execute(postgres_url, f"DROP DATABASE IF EXISTS rapport_{name}")
            await execute(postgres_url, f"DROP ROLE IF EXISTS rapport_{name}")
