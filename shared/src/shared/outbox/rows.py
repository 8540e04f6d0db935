"""A waiting outbox row, and what became of the attempt to publish it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID


class OutboxRow(NamedTuple):
    """`sequence` orders the rows of one `key`; `headers` holds source, correlation, causation and trace."""

    sequence: int
    id: UUID
    topic: str
    key: str
    type: str
    payload: bytes
    headers: Mapping[str, str]
    occurred_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Published, refused (with the reason), or deferred: not attempted, because an earlier row is in the way."""

    published: bool = False
    refusal: str | None = None
    topic_missing: bool = False


PUBLISHED = Outcome(published=True)
DEFERRED = Outcome()


class BrokerUnreachable(Exception):
    """The broker does not answer. No row is to blame; everything is tried again."""


class Publisher(Protocol):
    """Sends rows to the broker. `publish` returns one outcome per row and keeps the order of every key."""

    async def start(self) -> None: ...

    async def publish(self, rows: Sequence[OutboxRow]) -> Sequence[Outcome]: ...

    async def stop(self) -> None:
        """Flush, then close."""
        ...

    async def abort(self) -> None:
        """Close without sending anything more."""
        ...
