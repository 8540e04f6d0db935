"""The embedded PostgreSQL and Kafka keep what they accepted, however they end."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka import (
    AIOKafkaConsumer,
    AIOKafkaProducer,  # noqa: TID251 - the broker itself is under test
    TopicPartition,
)

from rapport.embedded.kafka import EmbeddedKafka
from rapport.embedded.postgres import EmbeddedPostgres
from rapport.launcher.broker import apply_topics
from rapport.launcher.topics import Topic
from support.platform import embedded_kafka, execute, free_port

pytestmark = pytest.mark.platform

HOLDER = """
import sys, time
from pathlib import Path
from rapport.embedded.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), port=int(sys.argv[2]))
server.start()
print(server.process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def postgres(tmp_path: Path) -> Generator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "a folder", port=free_port())
    yield server
    server.stop()


@pytest.fixture
def kafka(tmp_path: Path) -> Generator[EmbeddedKafka]:
    broker = embedded_kafka(tmp_path / "a folder")
    yield broker
    broker.stop()


async def _value(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT value FROM kept")
    finally:
        await connection.close()


async def test_postgres_keeps_what_was_committed_when_it_is_killed(postgres: EmbeddedPostgres) -> None:
    await execute(postgres.start(), "CREATE TABLE kept AS SELECT 42 AS value")
    assert postgres.process is not None
    postgres.process.kill()
    postgres.process.wait()
    assert await _value(postgres.start()) == 42


async def test_postgres_starts_although_a_lock_file_names_a_stranger(postgres: EmbeddedPostgres) -> None:
    await execute(postgres.start(), "CREATE TABLE kept AS SELECT 42 AS value")
    lock = postgres.folder / "data" / "postmaster.pid"
    held = lock.read_text(encoding="utf-8").splitlines()
    postgres.stop()
    lock.write_text("\n".join([str(os.getpid()), *held[1:]]) + "\n", encoding="utf-8")
    assert await _value(postgres.start()) == 42


async def test_postgres_starts_on_what_an_interrupted_first_start_left(postgres: EmbeddedPostgres) -> None:
    half = postgres.folder / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18", encoding="ascii")
    await execute(postgres.start(), "SELECT 1")


async def test_postgres_takes_only_its_own_password_and_keeps_it_private(postgres: EmbeddedPostgres) -> None:
    url = postgres.start()
    assert stat.S_IMODE((postgres.folder / "password").stat().st_mode) == 0o600
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(url.replace(postgres.password, "guess"))


def test_postgres_listens_on_this_machine_only(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    assert postgres.process is not None
    listening = psutil.Process(postgres.process.pid).net_connections("tcp")
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}


def test_postgres_ends_when_whoever_started_it_is_killed(postgres: EmbeddedPostgres) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(postgres.folder), str(postgres.port)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        server = psutil.Process(int(holder.stdout.readline()))
        holder.kill()
    psutil.wait_procs([server], timeout=15)
    assert not server.is_running()
    postgres.start()  # and the next start finds nothing in its way


TOPIC = "kept.messages"


async def _send(servers: str, numbers: range) -> int:
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all", enable_idempotence=True, request_timeout_ms=5000)
    await producer.start()
    try:
        for number in numbers:
            await producer.send_and_wait(TOPIC, str(number).encode(), partition=0)
    finally:
        await producer.stop()
    return len(numbers)


async def _read(servers: str, count: int) -> list[int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(TOPIC, 0)])
        await consumer.seek_to_beginning()
        found: list[int] = []
        async with asyncio.timeout(20):
            while len(found) < count:
                batches = await consumer.getmany(timeout_ms=500)
                found += [int(record.value) for records in batches.values() for record in records]
        return found
    finally:
        await consumer.stop()


async def test_kafka_keeps_what_it_acknowledged_when_it_is_killed(kafka: EmbeddedKafka) -> None:
    servers = kafka.start()
    await apply_topics(servers, (Topic(TOPIC, 1, {}),), say=lambda _: None)
    sent = await _send(servers, range(300))
    assert kafka.process is not None
    kafka.process.kill()
    kafka.process.wait()
    began = time.monotonic()
    kafka.start()
    assert await _read(servers, sent) == list(range(sent))
    assert time.monotonic() - began < 40


async def test_kafka_starts_on_what_an_interrupted_first_start_left(kafka: EmbeddedKafka) -> None:
    (kafka.folder / "data").mkdir(parents=True)
    (kafka.folder / "data" / "bootstrap.checkpoint").write_bytes(b"half")
    servers = kafka.start()
    await apply_topics(servers, (Topic(TOPIC, 1, {}),), say=lambda _: None)
    kafka.stop()
    kafka.start()  # and a clean end keeps its topics
    changes = await apply_topics(servers, (Topic(TOPIC, 1, {}),), say=lambda _: None)
    assert not changes


def test_kafka_listens_on_this_machine_only(kafka: EmbeddedKafka) -> None:
    kafka.start()
    assert kafka.process is not None
    listening = psutil.Process(kafka.process.pid).net_connections("tcp")
    addresses = {connection.laddr.ip.removeprefix("::ffff:") for connection in listening}
    assert addresses == {"127.0.0.1"}
