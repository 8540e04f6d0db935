"""The table of reservations."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB

from compliance.adapters.tables import metadata
from shared.db.metadata import UtcDateTime

cap_reservations = Table(
    "cap_reservations",
    metadata,
    Column("reservation_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("action_id", Text, nullable=False),
    Column("action_version", Integer, nullable=False),
    Column("cap", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("stakeholder_id", Text, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("action_type", Text, nullable=False),
    Column("answers", Boolean, nullable=False),
    Column("pieces", JSONB, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False, server_default=text("now()")),
    UniqueConstraint("action_id", "action_version", "cap"),
)
Index("ix_cap_reservations_held", cap_reservations.c.scope, postgresql_where=text("state <> 'returned'"))
