"""The common part of every service's Alembic environment: one migrator at a time, no endless locks.

A service's `migrations/env.py` is one call of `run_migrations`; `upgrade` runs its revisions from code.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.engine import sqlalchemy_url
from shared.db.locks import lock_key

_ADVISORY_LOCK = lock_key("migrations")
_OTHER_MIGRATOR_MAY_TAKE = "120s"
_LOCK_TIMEOUT = "5s"
_STATEMENT_TIMEOUT = "300s"


def run_migrations(metadata: MetaData, *, url_variable: str) -> None:
    """Run Alembic's current command against the database that the environment variable names.

    A second migrator waits for the first one (advisory lock). Each revision is a transaction of its own, so that
    `op.get_context().autocommit_block()` may build an index concurrently. A revision that does not get its table
    lock within 5 s fails instead of blocking the service.
    """
    if context.is_offline_mode():
        context.configure(dialect_name="postgresql", target_metadata=metadata, literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()
        return
    given: str | None = context.config.attributes.get("url")
    url = given or os.environ.get(url_variable)
    if not url:
        raise SystemExit(f"{url_variable} is not set. Remedy: {url_variable}=postgresql://user:password@host:port/name")
    with ThreadPoolExecutor(max_workers=1) as thread:  # the caller may be inside a running event loop
        thread.submit(asyncio.run, _migrate(url, metadata)).result()


def upgrade(ini: Path, url: str, *, revision: str = "head") -> None:
    """Bring the database at `url` to `revision` with the migrations that the `alembic.ini` at `ini` describes."""
    config = Config(str(ini))
    config.attributes["url"] = url
    command.upgrade(config, revision)


async def _migrate(url: str, metadata: MetaData) -> None:
    engine = create_async_engine(
        sqlalchemy_url(url),
        poolclass=pool.NullPool,
        connect_args={"timeout": 5, "server_settings": {"application_name": "migrations"}},
    )
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"SET lock_timeout = '{_OTHER_MIGRATOR_MAY_TAKE}'"))
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
            await connection.execute(text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
            await connection.execute(text(f"SET statement_timeout = '{_STATEMENT_TIMEOUT}'"))
            await connection.commit()  # the lock is the session's and stays; closing the connection frees it
            await connection.run_sync(_run, metadata)
    finally:
        await engine.dispose()


def _run(connection: Connection, metadata: MetaData) -> None:
    context.configure(
        connection=connection, target_metadata=metadata, compare_type=True, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()
