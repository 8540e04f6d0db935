"""What a failure means for the message that met it."""

from __future__ import annotations

from enum import StrEnum

import asyncpg
from sqlalchemy import exc

from shared.db.driver import PASSING_CLASSES
from shared.kernel.errors import ConcurrentChange, DomainError, TransientError, Unavailable

__all__ = ["TransientError", "Unreadable", "Verdict", "is_transient", "verdict"]


class Unreadable(Exception):
    """The message is no event of ours: it can never be handled, however often it is tried."""


class Verdict(StrEnum):
    """TRANSIENT: wait and try again. REFUSED: a rule said no, move on. POISON: dead-letter and park the key."""

    TRANSIENT = "transient"
    REFUSED = "refused"
    POISON = "poison"


_NOT_MIGRATED = frozenset({"42P01", "42703", "42883", "3F000"})
"""Undefined table, column, function, schema: the database is behind the code; no message is to blame."""


def verdict(error: BaseException) -> Verdict:
    """Judge an error that a handler, or the transaction around it, raised."""
    if is_transient(error):
        return Verdict.TRANSIENT
    if isinstance(error, DomainError):
        return Verdict.REFUSED
    return Verdict.POISON


def is_transient(error: BaseException) -> bool:
    """Whether waiting may mend it. A lost race and an unreachable neighbour are no verdict on the message."""
    if isinstance(error, (TransientError, Unavailable, ConcurrentChange, OSError, TimeoutError, exc.TimeoutError)):
        return True
    if isinstance(error, exc.DBAPIError):
        return error.connection_invalidated or _passing(error.orig)
    return _passing(error)


def _passing(error: BaseException | None) -> bool:
    """Looks through SQLAlchemy's wrapper at the driver's own error."""
    if isinstance(error, (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)):
        return True
    state: str | None = getattr(error, "sqlstate", None)
    if state is None:
        cause = getattr(error, "__cause__", None)
        return cause is not None and cause is not error and _passing(cause)
    return state[:2] in PASSING_CLASSES or state in _NOT_MIGRATED
