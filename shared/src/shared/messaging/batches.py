"""Which rows go out together, which are refused, which wait. Pure: no broker, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

# The hash of every Kafka client, which aiokafka leaves untyped.
from aiokafka.partitioner import murmur2  # pyright: ignore[reportUnknownVariableType] - the package has no types

from shared.messaging.headers import event_headers
from shared.outbox.rows import DEFERRED, OutboxRow, Outcome

MAX_MESSAGE_BYTES = 1_000_000
"""Largest message, headers included: below the broker's default of 1,048,588 for a whole batch."""

BATCH_BYTES = 900_000
_OVERHEAD_BYTES = 100

Partition = tuple[str, int]
Headers = list[tuple[str, bytes]]


@dataclass(slots=True)
class Plan:
    """`batches` holds, per partition, (index, headers) of the rows to send in order; `outcomes` of all others."""

    outcomes: list[Outcome]
    batches: dict[Partition, list[tuple[int, Headers]]] = field(
        default_factory=dict[Partition, "list[tuple[int, Headers]]"]
    )


def plan(rows: Sequence[OutboxRow], partitions: Mapping[str, int]) -> Plan:
    """One batch per partition. Behind a row that is refused or does not fit, no later row of its key goes out.

    `partitions` counts the partitions of every topic, 0 for one that does not exist.
    """
    made = Plan([DEFERRED] * len(rows))
    stopped: set[tuple[str, str]] = set()
    room: dict[Partition, int] = {}
    for index, row in enumerate(rows):
        count = partitions[row.topic]
        if count == 0:
            made.outcomes[index] = Outcome(refusal=f"topic {row.topic} does not exist", topic_missing=True)
            continue
        if (row.topic, row.key) in stopped:
            continue
        headers = headers_of(row)
        size = _size(row, headers)
        partition = (row.topic, partition_of(row.key, count))
        if size > MAX_MESSAGE_BYTES:
            stopped.add((row.topic, row.key))
            made.outcomes[index] = Outcome(refusal=f"the message is {size} bytes, more than {MAX_MESSAGE_BYTES}")
        elif partition in room and size > room[partition]:
            stopped.add((row.topic, row.key))
        else:
            room[partition] = room.get(partition, BATCH_BYTES) - size
            made.batches.setdefault(partition, []).append((index, headers))
    return made


@lru_cache(maxsize=65_536)
def partition_of(key: str, count: int) -> int:
    """The partition that every Kafka client's default hash gives `key` among `count`."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % count


def headers_of(row: OutboxRow) -> Headers:
    """The CloudEvents headers of an outbox row."""
    extra = dict(row.headers)
    return event_headers(
        message_id=str(row.id),
        event_type=row.type,
        source=extra.pop("source", ""),
        time=row.occurred_at,
        subject=row.key,
        extra=extra,
    )


def _size(row: OutboxRow, headers: Headers) -> int:
    """At least what the record takes, framing included."""
    values = sum([len(value) for _, value in headers])
    names = sum([len(name) for name, _ in headers])
    return len(row.payload) + 4 * len(row.key) + values + names + _OVERHEAD_BYTES * (1 + len(headers) // 16)
