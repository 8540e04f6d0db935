"""Recognises a database or peer that does not answer, or is too busy to, so that it is 503 and not our bug."""

from __future__ import annotations

import socket

import asyncpg
import httpx
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.db.driver import PASSING_CLASSES, sqlstate_of
from shared.kernel.errors import TransientError

_REFUSES_US = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InterfaceError,
)
_CONTENTION_CLASSES = frozenset({"40", "55"})
_QUERY_CANCELED = "57014"


def what_is_unreachable(error: BaseException) -> tuple[str, str] | None:
    """`(what, remedy)` when `error` means that something does not answer now, else None."""
    if _is_contention(error):
        return (
            "the database gave this up: others are changing the same things, or it took too long",
            "try again; if it lasts, look for long transactions in PostgreSQL",
        )
    if _is_database(error):
        return (
            "the database does not answer or refuses this service",
            "try again; if it lasts, check that PostgreSQL runs and that the DB_URL variable is right (see /readyz)",
        )
    if isinstance(error, httpx.TransportError):
        return "a service this answer needs does not answer", "try again; if it lasts, check that all services run"
    if isinstance(error, (TransientError, TimeoutError)):
        return "something this answer needs did not answer in time", "try again; if it lasts, see /readyz"
    return None


def _is_contention(error: BaseException) -> bool:
    """A lock or statement that timed out, a deadlock, a lost race: nothing was kept, and the next attempt may do."""
    state = _state(error)
    return state[:2] in _CONTENTION_CLASSES or state == _QUERY_CANCELED


def _is_database(error: BaseException) -> bool:
    if isinstance(error, (*_REFUSES_US, PoolTimeout, ConnectionError, socket.gaierror)):
        return True  # only the database drivers let socket errors through as they are
    if _state(error)[:2] in PASSING_CLASSES:
        return True
    if isinstance(error, DBAPIError):
        cause = getattr(error.orig, "__cause__", None)
        return (
            error.connection_invalidated
            or isinstance(cause, _REFUSES_US)
            or (isinstance(error, (OperationalError, InterfaceError)) and not isinstance(cause, asyncpg.PostgresError))
        )
    return False


def _state(error: BaseException) -> str:
    if isinstance(error, (DBAPIError, asyncpg.PostgresError)):
        return sqlstate_of(error) or ""
    return ""
