"""A real PostgreSQL and a real Kafka: given by the environment, embedded, or in containers."""

from __future__ import annotations

import os
import socket
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from rapport.embedded import jars
from rapport.embedded.kafka import EmbeddedKafka
from rapport.embedded.postgres import EmbeddedPostgres

LOCK = Path(__file__).parents[2] / "deploy" / "kafka" / "jars.lock"


def in_containers() -> bool:
    return os.environ.get("RAPPORT_TEST_BACKEND") == "containers"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def kafka_jars() -> list[Path]:
    return jars.provide(jars.read_lock(LOCK), jars.default_cache())


def embedded_kafka(folder: Path, *, port: int | None = None) -> EmbeddedKafka:
    return EmbeddedKafka(folder, port=port or free_port(), controller_port=free_port(), jars=kafka_jars())


@contextmanager
def postgres(folder: Path) -> Generator[str]:
    """The superuser's address of a server that lives for the block; RAPPORT_POSTGRES_URL is used as it is."""
    if url := os.environ.get("RAPPORT_POSTGRES_URL"):
        yield url
    elif in_containers():
        from testcontainers.postgres import PostgresContainer  # noqa: PLC0415 - only where Docker is there

        with PostgresContainer("postgres:18", driver=None) as container:
            yield container.get_connection_url()
    else:
        server = EmbeddedPostgres(folder, port=free_port())
        try:
            yield server.start()
        finally:
            server.stop()


@contextmanager
def kafka(folder: Path) -> Generator[str]:
    """`host:port` of a broker that lives for the block; RAPPORT_KAFKA_BOOTSTRAP_SERVERS is used as it is."""
    if servers := os.environ.get("RAPPORT_KAFKA_BOOTSTRAP_SERVERS"):
        yield servers
    elif in_containers():
        from testcontainers.kafka import KafkaContainer  # noqa: PLC0415 - only where Docker is there

        with KafkaContainer().with_kraft() as container:
            yield container.get_bootstrap_server()
    else:
        broker = embedded_kafka(folder)
        try:
            yield broker.start()
        finally:
            broker.stop()


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
