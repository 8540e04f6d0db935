"""Parked keys: a message could not be handled, so the state of its key is unknown and later messages wait behind it.

A row in `parked_keys` is the lock of its key: whoever adds a message behind it holds it FOR SHARE, whoever frees it
holds it FOR UPDATE, so that no message is parked behind a key that is just being freed.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.driver import driver_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedMessage:
    """One Kafka record as it came. `key` is text; a record without a key gets one of its own."""

    message_id: str
    topic: str
    key: str
    partition: int
    offset: int
    headers: Sequence[tuple[str, bytes | None]]
    payload: bytes | None


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a message is dead."""

    error_class: str
    error_message: str
    attempts: int


_IS_UNKNOWN = text("SELECT EXISTS (SELECT FROM parked_keys WHERE topic = :topic AND key = :key)")

_PARKED = """SELECT key FROM parked_keys
    WHERE consumer = $1 AND topic = $2 AND key = ANY($3::text[]) ORDER BY key FOR SHARE"""

_PARK_KEY = text(
    """INSERT INTO parked_keys (consumer, topic, key) VALUES (:consumer, :topic, :key)
       ON CONFLICT (consumer, topic, key) DO UPDATE SET consumer = excluded.consumer"""
)

_PARK_MESSAGE = text(
    """INSERT INTO parked_messages (consumer, message_id, topic, key, partition, position, headers, payload, dead,
                                    error_class, error_message, attempts)
       VALUES (:consumer, :message_id, :topic, :key, :partition, :position, :headers, :payload, :dead,
               :error_class, :error_message, :attempts)
       ON CONFLICT (consumer, message_id) DO NOTHING RETURNING sequence"""
).bindparams(bindparam("headers", type_=JSONB))

_REQUESTED = text(
    """SELECT topic, key FROM parked_keys WHERE consumer = :consumer AND replay_requested_at IS NOT NULL
       ORDER BY replay_requested_at"""
)

_LOCK_KEY = text(
    """SELECT 1 FROM parked_keys WHERE consumer = :consumer AND topic = :topic AND key = :key
       AND replay_requested_at IS NOT NULL FOR UPDATE"""
)

_FIRST = text(
    """SELECT message_id, partition, position, headers, payload FROM parked_messages
       WHERE consumer = :consumer AND topic = :topic AND key = :key ORDER BY sequence LIMIT 1"""
)

_FREE_MESSAGE = text("DELETE FROM parked_messages WHERE consumer = :consumer AND message_id = :message_id")

_FREE_KEY = text(
    """DELETE FROM parked_keys WHERE consumer = :consumer AND topic = :topic AND key = :key
       AND replay_requested_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM parked_messages WHERE consumer = :consumer AND topic = :topic AND key = :key)"""
)

_STILL_DEAD = text(
    """UPDATE parked_messages SET dead = true, error_class = :error_class, error_message = :error_message,
              attempts = attempts + :attempts
       WHERE consumer = :consumer AND message_id = :message_id"""
)

_END_REQUEST = text(
    """UPDATE parked_keys SET replay_requested_at = NULL
       WHERE consumer = :consumer AND topic = :topic AND key = :key"""
)

_COUNTS = text("SELECT topic, count(*) AS keys FROM parked_keys WHERE consumer = :consumer GROUP BY topic")


async def is_unknown(connection: AsyncConnection, topic: str, key: str) -> bool:
    """Whether a message of `key` waits unhandled, so that what this service knows of `key` may be wrong."""
    return bool(await connection.scalar(_IS_UNKNOWN, {"topic": topic, "key": key}))


async def parked_among(connection: AsyncConnection, consumer: str, topic: str, keys: Collection[str]) -> set[str]:
    """Those of `keys` that are parked, locked against being freed until the transaction ends."""
    driver = await driver_of(connection)
    return {row[0] for row in await driver.fetch(_PARKED, consumer, topic, list(keys))}


async def park(connection: AsyncConnection, consumer: str, message: ParkedMessage, cause: Cause | None) -> bool:
    """Park `message`: dead with a cause, or waiting behind a dead one. False when it is parked already."""
    place = {"consumer": consumer, "topic": message.topic, "key": message.key}
    await connection.execute(_PARK_KEY, place)
    row = await connection.execute(
        _PARK_MESSAGE,
        {
            **place,
            "message_id": UUID(message.message_id),
            "partition": message.partition,
            "position": message.offset,
            "headers": encoded(message.headers),
            "payload": message.payload,
            "dead": cause is not None,
            "error_class": cause and cause.error_class,
            "error_message": cause and cause.error_message,
            "attempts": cause.attempts if cause else 0,
        },
    )
    return row.first() is not None


async def requested(connection: AsyncConnection, consumer: str) -> list[tuple[str, str]]:
    """The (topic, key) pairs an operator wants replayed, oldest request first."""
    rows = await connection.execute(_REQUESTED, {"consumer": consumer})
    return [(str(row[0]), str(row[1])) for row in rows]


async def next_of(connection: AsyncConnection, consumer: str, topic: str, key: str) -> ParkedMessage | None:
    """Lock the key and return its oldest message; None when nothing waits or nobody asked."""
    place = {"consumer": consumer, "topic": topic, "key": key}
    if (await connection.execute(_LOCK_KEY, place)).first() is None:
        return None
    row = (await connection.execute(_FIRST, place)).first()
    if row is None:
        return None
    return ParkedMessage(
        message_id=str(row[0]),
        topic=topic,
        key=key,
        partition=row[1],
        offset=row[2],
        headers=decoded(row[3]),
        payload=row[4],
    )


async def free(connection: AsyncConnection, consumer: str, message_id: str) -> None:
    """The message was handled: it waits no longer."""
    await connection.execute(_FREE_MESSAGE, {"consumer": consumer, "message_id": UUID(message_id)})


async def free_key(connection: AsyncConnection, consumer: str, topic: str, key: str) -> None:
    """Free a key whose replay was asked for, once nothing of it waits; call `next_of` first, which locks it."""
    await connection.execute(_FREE_KEY, {"consumer": consumer, "topic": topic, "key": key})


async def still_dead(connection: AsyncConnection, consumer: str, message: ParkedMessage, cause: Cause) -> None:
    """A replay failed again: keep the new cause and end the request; what waits behind keeps waiting."""
    await connection.execute(
        _STILL_DEAD,
        {
            "consumer": consumer,
            "message_id": UUID(message.message_id),
            "error_class": cause.error_class,
            "error_message": cause.error_message,
            "attempts": cause.attempts,
        },
    )
    await connection.execute(_END_REQUEST, {"consumer": consumer, "topic": message.topic, "key": message.key})


async def counts(connection: AsyncConnection, consumer: str) -> Mapping[str, int]:
    """Parked keys per topic."""
    return {str(row[0]): int(row[1]) for row in await connection.execute(_COUNTS, {"consumer": consumer})}


def encoded(headers: Sequence[tuple[str, bytes | None]]) -> list[list[Any]]:
    """Headers as JSON: the value in base64, since it may be anything."""
    return [[printable(name), None if value is None else base64.b64encode(value).decode()] for name, value in headers]


def decoded(stored: Sequence[Sequence[Any]]) -> list[tuple[str, bytes]]:
    """The reverse of `encoded`, without the headers whose value was null."""
    return [(str(name), base64.b64decode(value)) for name, value in stored if value is not None]


def printable(value: str) -> str:
    """`value` without what PostgreSQL cannot store: NUL characters and lone surrogates."""
    return value.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode()
