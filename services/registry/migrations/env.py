"""Alembic environment of the registry."""

from __future__ import annotations

from registry.adapters.tables import metadata
from shared.db.migrations import run_migrations

run_migrations(metadata, url_variable="REGISTRY_DB_URL")
