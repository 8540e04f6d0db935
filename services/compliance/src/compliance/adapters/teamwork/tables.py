"""Tables of working together: records are documents, with columns beside them to find them by."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from compliance.adapters.tables import metadata
from shared.db.metadata import UtcDateTime

colleagues = Table(
    "colleagues",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("may_review", Boolean, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

absences = Table(
    "absences",
    metadata,
    Column("absence_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("delegate", Text, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False, server_default=text("now()")),
)
Index("ix_absences_subject", absences.c.subject, absences.c.ends_at)
Index("ix_absences_delegate", absences.c.delegate, absences.c.ends_at)
