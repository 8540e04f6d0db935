"""Alembic environment of the audit."""

from __future__ import annotations

from audit.adapters.tables import metadata
from shared.db.migrations import run_migrations

run_migrations(metadata, url_variable="AUDIT_DB_URL")
