"""Engines with timeouts, so that a stuck statement fails instead of waiting for ever."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.db.settings import DatabaseSettings


def sqlalchemy_url(url: str) -> URL:
    """The asyncpg URL for a plain `postgresql://` one."""
    return make_url(url).set(drivername="postgresql+asyncpg")


def driver_dsn(url: str) -> str:
    """The DSN that asyncpg itself understands."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def create_engine(settings: DatabaseSettings, *, application_name: str) -> AsyncEngine:
    """A pooled engine; connections are tested before use, so a restarted database is survived."""
    return create_async_engine(
        sqlalchemy_url(settings.url.get_secret_value()),
        pool_size=settings.pool_size,
        max_overflow=settings.pool_size,
        pool_pre_ping=True,
        hide_parameters=True,  # errors are logged, and parameters may be personal data
        connect_args={
            "timeout": settings.connect_timeout,
            "server_settings": {
                "application_name": application_name,
                "statement_timeout": str(int(settings.statement_timeout * 1000)),
                "lock_timeout": str(int(settings.lock_timeout * 1000)),
                "idle_in_transaction_session_timeout": "60000",
            },
        },
    )
