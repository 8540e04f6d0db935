"""Tables of the fast lane. A record is a document, read and written whole; beside it stand columns to find it by."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from compliance.adapters.tables import metadata
from shared.db.metadata import UtcDateTime

wordings = Table(
    "wordings",
    metadata,
    Column("wording_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("valid_until", Text, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False, server_default=text("now()")),
)
Index("ix_wordings_approved", wordings.c.valid_until, postgresql_where=text("state = 'approved'"))

wording_editions = Table(
    "wording_editions",
    metadata,
    Column("wording_id", Text, primary_key=True),
    Column("edition", Integer, primary_key=True, autoincrement=False),
    Column("sha256", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("written_by", JSONB, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False, server_default=text("now()")),
)

samples = Table(
    "samples",
    metadata,
    Column("permit_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("wording_id", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("action_id", Text, nullable=False, index=True),
    Column("changed_at", UtcDateTime, nullable=False, server_default=text("now()")),
)
Index("ix_samples_wording", samples.c.wording_id, samples.c.permit_id)
Index(
    "ix_samples_waiting",
    samples.c.due_at,
    samples.c.permit_id,
    postgresql_where=text("state IN ('drawn', 'overdue')"),
)
