"""The relay's SQL, on the session that holds the lock."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeAlias

import asyncpg

from shared.outbox.rows import OutboxRow

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_COLUMNS = "sequence, id, topic, aggregate_id, type, payload, headers, occurred_at, attempts"

# Never `sequence > last seen`: a row that commits late has a lower number than one already read.
_WAITING = f"SELECT {_COLUMNS} FROM outbox_messages WHERE published_at IS NULL ORDER BY sequence LIMIT $1"  # noqa: S608 - a constant

_WAITING_BESIDE_HOLDS = f"""SELECT {_COLUMNS} FROM outbox_messages AS waiting WHERE published_at IS NULL
      AND topic <> ALL($2::text[])
      AND NOT EXISTS (SELECT FROM unnest($3::text[], $4::text[]) AS held(topic, key)
                      WHERE held.topic = waiting.topic AND held.key = waiting.aggregate_id)
    ORDER BY sequence LIMIT $1"""  # noqa: S608 - a constant

_PUBLISHED = "UPDATE outbox_messages SET published_at = now() WHERE sequence = ANY($1::bigint[])"

_REFUSED = "UPDATE outbox_messages SET attempts = attempts + 1, last_error = left($2, 2000) WHERE sequence = $1"

_OBSERVED = """SELECT count(*) AS waiting, coalesce(extract(epoch FROM now() - min(occurred_at)), 0) AS oldest
    FROM (SELECT occurred_at FROM outbox_messages WHERE published_at IS NULL ORDER BY sequence LIMIT 100000) AS front"""

_PRUNE = """DELETE FROM outbox_messages WHERE sequence IN (
    SELECT sequence FROM outbox_messages WHERE published_at < now() - $1::interval ORDER BY published_at LIMIT $2)"""


async def waiting(
    connection: Connection, limit: int, *, keys: Sequence[tuple[str, str]], topics: Sequence[str]
) -> list[OutboxRow]:
    """Up to `limit` unpublished rows in order, without those of the held `keys` (topic, key) and `topics`."""
    if keys or topics:
        held_topics, held_keys = [topic for topic, _ in keys], [key for _, key in keys]
        found = await connection.fetch(_WAITING_BESIDE_HOLDS, limit, list(topics), held_topics, held_keys)
    else:
        found = await connection.fetch(_WAITING, limit)
    return [
        OutboxRow(row[0], row[1], row[2], row[3], row[4], row[5], json.loads(row[6]), row[7], row[8]) for row in found
    ]


async def mark_published(connection: Connection, sequences: Sequence[int]) -> None:
    """The broker has acknowledged these rows."""
    await connection.execute(_PUBLISHED, sequences)


async def mark_refused(connection: Connection, sequence: int, error: str) -> None:
    """Count the attempt and keep the reason where operators look."""
    await connection.execute(_REFUSED, sequence, error.replace("\x00", ""))


async def observe(connection: Connection) -> tuple[int, float]:
    """How many rows wait (counted up to 100,000) and how many seconds the oldest has waited."""
    row = await connection.fetchrow(_OBSERVED)
    return (0, 0.0) if row is None else (int(row["waiting"]), max(0.0, float(row["oldest"])))


async def prune(connection: Connection, older_than: timedelta, limit: int) -> int:
    """Delete at most `limit` rows published longer than `older_than` ago; how many."""
    return int((await connection.execute(_PRUNE, older_than, limit)).rsplit(" ", 1)[-1])
