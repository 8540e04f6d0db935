"""Alembic environment of compliance."""

from __future__ import annotations

import compliance.adapters.caps.tables
import compliance.adapters.money.tables
import compliance.adapters.proof.tables
import compliance.adapters.reviewers.revocations
import compliance.adapters.teamwork.tables
import compliance.adapters.wordings.tables  # noqa: F401 - they add their tables to the metadata
from compliance.adapters.tables import metadata
from shared.db.migrations import run_migrations

run_migrations(metadata, url_variable="COMPLIANCE_DB_URL")
