"""Identifiers: UUID version 7, so that they sort by time of creation (RFC 9562, section 5.7)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from uuid import UUID

IdFactory = Callable[[], str]
"""Returns a fresh identifier at every call."""


def new_id() -> str:
    """A fresh UUIDv7 as text: 48 bits of milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return str(UUID(int=value))
