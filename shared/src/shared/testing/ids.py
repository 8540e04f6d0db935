"""Identifiers that are the same in every run."""

from __future__ import annotations

from itertools import count
from uuid import UUID

from shared.kernel.ids import IdFactory


def sequence_ids(start: int = 1) -> IdFactory:
    """An IdFactory that counts: valid UUIDv7 texts that sort in the order they were made."""
    numbers = count(start)

    def next_id() -> str:
        return str(UUID(int=(next(numbers) << 80) | (0x7 << 76) | (0b10 << 62)))

    return next_id
