"""Builders for tests of the event backbone: a small service of its own, with real tables and real topics."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaProducer  # noqa: TID251 - rubbish comes from elsewhere
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from sqlalchemy import BigInteger, Column, Identity, Integer, Table, Text, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts.envelope import IntegrationEvent
from shared.db.engine import create_engine, driver_dsn
from shared.db.metadata import new_metadata
from shared.db.settings import DatabaseSettings
from shared.db.unit_of_work import SqlUnitOfWork
from shared.inbox.table import inbox_table
from shared.kernel.events import DomainEvent
from shared.kernel.ids import new_id
from shared.messaging.dead_letters import dead_letter_topic
from shared.messaging.settings import KafkaSettings
from shared.outbox.table import CREATE_TRIGGER, outbox_table
from support.platform import execute

metadata = new_metadata()
outbox = outbox_table(metadata)
inbox = inbox_table(metadata)
effects = Table(
    "effects",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("key", Text, nullable=False),
    Column("number", Integer, nullable=False),
)
"""One row per handled event: what a consumer did, in the order it did it."""


class Counted(IntegrationEvent):
    """The `number`-th fact about `subject`."""

    TYPE: ClassVar[str] = "test.thing.counted.v1"
    TOPIC: ClassVar[str] = "test.thing"
    subject: str
    number: int

    @property
    def key(self) -> str:
        return self.subject


def counted_on(topic: str) -> type[Counted]:
    """The contract on a topic of the test's own."""
    return type("CountedHere", (Counted,), {"TOPIC": topic, "__module__": __name__})


@dataclass
class Backbone:
    """A service with a database and a topic that nobody else uses."""

    database_url: str
    kafka: KafkaSettings
    engine: AsyncEngine
    topic: str
    service: str
    contract: type[Counted] = field(default=Counted)

    def unit_of_work(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine, publish_nothing)

    async def execute(self, statement: str, **values: Any) -> list[Any]:
        async with self.engine.begin() as connection:
            result = await connection.execute(text(statement), values)
            return list(result) if result.returns_rows else []

    async def scalar(self, statement: str, **values: Any) -> Any:
        return (await self.execute(statement, **values))[0][0]

    async def write(self, rows: Sequence[dict[str, Any]]) -> None:
        """Commit outbox rows in one transaction."""
        async with self.engine.begin() as connection:
            await connection.execute(outbox.insert(), list(rows))

    def row(self, key: str, number: int, *, topic: str | None = None, payload: bytes | None = None) -> dict[str, Any]:
        """An outbox row that says `key` has counted to `number`."""
        event = self.contract(subject=key, number=number)
        return {
            "id": UUID(new_id()),
            "topic": topic or self.topic,
            "aggregate_id": key,
            "type": self.contract.TYPE,
            "payload": payload if payload is not None else event.model_dump_json().encode(),
            "headers": {"source": "test", "correlationid": new_id()},
            "occurred_at": datetime.now(UTC),  # noqa: TID251 - latency is measured against the wall clock
        }

    async def effects(self) -> list[tuple[str, int]]:
        """(key, number) of every handled event, in the order of handling."""
        return [(row[0], row[1]) for row in await self.execute("SELECT key, number FROM effects ORDER BY position")]


async def publish_nothing(_connection: AsyncConnection, _events: Sequence[DomainEvent]) -> None:
    """For services whose domain events stay inside."""


async def note(event: Counted, _envelope: object, uow: SqlUnitOfWork) -> None:
    """The plainest handler: one row per event."""
    uow.stage(effects, {"key": event.subject, "number": event.number})


@asynccontextmanager
async def backbone(database_url: str, kafka_servers: str, *, partitions: int = 6) -> AsyncGenerator[Backbone]:
    """Tables, trigger, topics; gone (the topics) at the end."""
    name = f"bt{secrets.token_hex(4)}"
    topic = f"{name}.thing"
    engine = create_engine(DatabaseSettings(url=database_url), application_name=name)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        for statement in CREATE_TRIGGER:
            await connection.execute(text(statement))
    topics = [(topic, partitions), (dead_letter_topic(topic, name), 1)]
    try:
        async with admin(kafka_servers) as client:
            await client.create_topics([NewTopic(each, count, 1) for each, count in topics])
        yield Backbone(
            database_url, KafkaSettings(bootstrap_servers=kafka_servers), engine, topic, name, counted_on(topic)
        )
    finally:
        await engine.dispose()
        async with admin(kafka_servers) as client:
            await client.delete_topics([each for each, _ in topics])


@asynccontextmanager
async def admin(kafka_servers: str) -> AsyncGenerator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=kafka_servers)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def bare_producer(kafka: KafkaSettings) -> AsyncGenerator[AIOKafkaProducer]:
    """Puts on a topic what no outbox would."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap_servers)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


@asynccontextmanager
async def database(admin_url: str, name: str) -> AsyncGenerator[str]:
    """The address of an empty database that lives for the block."""
    await execute(admin_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await execute(admin_url, f'CREATE DATABASE "{name}"')
    try:
        yield f"{admin_url.rpartition('/')[0]}/{name}"
    finally:
        await execute(admin_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def connect(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(driver_dsn(url))
