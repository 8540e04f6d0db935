"""Alembic environment of the planner."""

from __future__ import annotations

from planner.adapters.tables import metadata
from shared.db.migrations import run_migrations

run_migrations(metadata, url_variable="PLANNER_DB_URL")
