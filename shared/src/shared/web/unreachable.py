"""Recognises a database or peer that does not answer, so that it is 503 and not our bug."""

from __future__ import annotations

import socket

import asyncpg
import httpx
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.kernel.errors import TransientError

_DRIVER = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
)


def what_is_unreachable(error: BaseException) -> tuple[str, str] | None:
    """`(what, remedy)` when `error` means that something does not answer, else None."""
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


def _is_database(error: BaseException) -> bool:
    if isinstance(error, (*_DRIVER, PoolTimeout, ConnectionError, socket.gaierror)):
        return True  # only the database drivers let socket errors through as they are
    if isinstance(error, DBAPIError):
        cause = getattr(error.orig, "__cause__", None)
        return (
            error.connection_invalidated
            or isinstance(cause, _DRIVER)
            or (isinstance(error, (OperationalError, InterfaceError)) and not isinstance(cause, asyncpg.PostgresError))
        )
    return False
