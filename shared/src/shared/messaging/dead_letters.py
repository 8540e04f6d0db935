"""Dead letters: bury one, look at them, ask for a replay. The worker of the consumer replays; see `replay`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.engine import driver_dsn
from shared.inbox.parking import Cause, ParkedMessage, decoded, park, printable
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.messaging.headers import type_of

UNREADABLE = "unreadable"
"""The `ce_type` of a dead letter whose original named none."""

_PAYLOAD_LIMIT = 900_000
_LONGEST = 300
_CONVERSATION = ("correlationid", "traceparent")

_PUBLISH = text(
    """INSERT INTO outbox_messages (id, topic, aggregate_id, type, payload, headers, occurred_at)
       VALUES (:id, :topic, :key, :type, :payload, :headers, now())"""
).bindparams(bindparam("headers", type_=JSONB))

_LIST = """SELECT m.message_id, m.consumer, m.topic, m.key, m.partition, m.position, m.headers, m.payload,
                  m.error_class, m.error_message, m.attempts, m.parked_at, k.replay_requested_at,
                  (SELECT count(*) FROM parked_messages AS b
                    WHERE (b.consumer, b.topic, b.key) = (m.consumer, m.topic, m.key) AND b.sequence > m.sequence)
                  AS behind
           FROM parked_messages AS m JOIN parked_keys AS k USING (consumer, topic, key)
           WHERE m.dead AND ($1::uuid IS NULL OR m.message_id = $1) ORDER BY m.sequence LIMIT $2"""

_REQUEST = """UPDATE parked_keys SET replay_requested_at = now()
              WHERE (consumer, topic, key) = (SELECT consumer, topic, key FROM parked_messages
                                              WHERE message_id = $1 AND consumer = $2)"""

_DISCARD = "DELETE FROM parked_messages WHERE message_id = $1 AND consumer = $2 AND dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message its consumer gave up on. `behind` counts the later messages of its key that wait for it."""

    message_id: str
    consumer: str
    topic: str
    key: str
    partition: int
    offset: int
    type: str
    headers: Sequence[tuple[str, bytes]]
    payload: bytes | None
    error_class: str
    error_message: str
    attempts: int
    parked_at: datetime
    replay_requested_at: datetime | None
    behind: int


def dead_letter_topic(topic: str, consumer: str) -> str:
    """Every consumer has its own, so that a replay never reaches those who succeeded."""
    return f"{topic}.{consumer}.dlt"


async def bury(connection: AsyncConnection, consumer: str, message: ParkedMessage, cause: Cause) -> None:
    """Park `message` and its key and put a copy into the outbox for the dead-letter topic. Never commits."""
    safe = Cause(cause.error_class, printable(cause.error_message), cause.attempts)
    if await park(connection, consumer, message, safe):
        await connection.execute(_PUBLISH, _outbox_row(consumer, message, safe))


def _outbox_row(consumer: str, message: ParkedMessage, cause: Cause) -> dict[str, Any]:
    said = {name: value.decode("utf-8", "replace")[:_LONGEST] for name, value in message.headers if value}
    payload = message.payload or b""
    headers = {
        "source": consumer,
        **{name: printable(said[name]) for name in _CONVERSATION if name in said},
        "original-id": message.message_id,
        "original-topic": message.topic,
        "original-partition": str(message.partition),
        "original-offset": str(message.offset),
        "error-class": cause.error_class,
        "error-message": cause.error_message,
        "attempts": str(cause.attempts),
        **({"truncated": str(len(payload))} if len(payload) > _PAYLOAD_LIMIT else {}),
    }
    return {
        "id": UUID(new_id()),
        "topic": dead_letter_topic(message.topic, consumer),
        "key": message.key,
        "type": printable((type_of(message.headers) or UNREADABLE)[:_LONGEST]),
        "payload": payload[:_PAYLOAD_LIMIT],
        "headers": headers,
    }


async def list_dead_letters(database_url: str, *, limit: int = 200) -> list[DeadLetter]:
    """The dead letters of the service whose database this is, oldest first."""
    async with _connected(database_url) as connection:
        return [_dead_letter(row) for row in await connection.fetch(_LIST, None, limit)]


async def show_dead_letter(database_url: str, message_id: str) -> DeadLetter:
    """One dead letter, headers and payload included. Raises NotFound."""
    async with _connected(database_url) as connection:
        row = await connection.fetchrow(_LIST, _uuid(message_id), 1)
    if row is None:
        raise NotFound(f"no dead letter {message_id}", field="id", remedy="rapport dlt list shows those there are")
    return _dead_letter(row)


async def request_replay(database_url: str, consumer: str, message_id: str, *, discard: bool = False) -> None:
    """Ask the consumer's worker to handle the message and then those behind it, in order.

    `discard` drops the dead message instead and replays only what waits behind it: for a message that can never be
    handled and whose effect a newer event of the key supersedes. Raises NotFound.
    """
    async with _connected(database_url) as connection, connection.transaction():
        changed = await connection.execute(_REQUEST, _uuid(message_id), consumer)
        if changed.endswith(" 0"):
            raise NotFound(f"{consumer} has no dead letter {message_id}", field="id", remedy="see rapport dlt list")
        if discard:
            await connection.execute(_DISCARD, _uuid(message_id), consumer)


async def replay(
    database_url: str, consumer: str, message_id: str, *, discard: bool = False, patience: float = 30.0
) -> DeadLetter | None:
    """Request a replay and wait up to `patience` seconds for it.

    Returns None once the key is free, else the dead letter that stands first now, with its new cause. Raises
    TimeoutError when no worker of the consumer took the request up, and NotFound.
    """
    before = await show_dead_letter(database_url, message_id)
    await request_replay(database_url, consumer, message_id, discard=discard)
    async with asyncio.timeout(patience):
        while True:
            waiting = [
                letter
                for letter in await list_dead_letters(database_url)
                if (letter.consumer, letter.topic, letter.key) == (consumer, before.topic, before.key)
            ]
            if not waiting and not await _is_parked(database_url, before):
                return None
            if waiting and waiting[0].replay_requested_at is None:
                return waiting[0]
            await asyncio.sleep(0.2)


async def _is_parked(database_url: str, letter: DeadLetter) -> bool:
    async with _connected(database_url) as connection:
        return bool(
            await connection.fetchval(
                "SELECT EXISTS (SELECT FROM parked_keys WHERE consumer = $1 AND topic = $2 AND key = $3)",
                letter.consumer,
                letter.topic,
                letter.key,
            )
        )


@asynccontextmanager
async def _connected(database_url: str) -> AsyncGenerator[asyncpg.Connection[asyncpg.Record]]:
    connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(driver_dsn(database_url), timeout=5)
    try:
        await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
        yield connection
    finally:
        await connection.close()


def _dead_letter(row: asyncpg.Record) -> DeadLetter:
    headers = decoded(row["headers"])
    return DeadLetter(
        message_id=str(row["message_id"]),
        consumer=row["consumer"],
        topic=row["topic"],
        key=row["key"],
        partition=row["partition"],
        offset=row["position"],
        type=type_of(headers) or UNREADABLE,
        headers=headers,
        payload=row["payload"],
        error_class=row["error_class"] or "",
        error_message=row["error_message"] or "",
        attempts=row["attempts"],
        parked_at=row["parked_at"],
        replay_requested_at=row["replay_requested_at"],
        behind=row["behind"],
    )


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise NotFound(f"{value!r} is not the id of a message", field="id", remedy="see rapport dlt list") from None
