"""Tables of the registry. `stakeholders.handles` is the state; `stakeholder_handles` makes an account unique."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.changelog.tables import changelog_tables
from shared.db.metadata import new_metadata
from shared.inbox.table import inbox_table
from shared.outbox.table import outbox_table
from shared.web.idempotency import idempotency_table

metadata = new_metadata()

stakeholders = Table(
    "stakeholders",
    metadata,
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("country", Text, nullable=True),
    Column("handles", JSONB, nullable=False),
    Column("owner_function", Text, nullable=True),
    Column("owner_reason", Text, nullable=True),
    Column("owner_id", Text, nullable=True),
    Column("relationship_stage", Text, nullable=True),
    Column("lawful_basis", Text, nullable=True),
    Column("notice_sent_on", Date, nullable=True),
    Column("outreach_policy", Text, nullable=True),
    Column("contracted", Boolean, nullable=True),
    Column("followers", Integer, nullable=True),
    Column("minor", Boolean, nullable=True),
    Column("opted_out", Boolean, nullable=False),
    Column("do_not_engage", Boolean, nullable=False),
    Column("open_complaint", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("version > 0", name="version_counts_from_one"),
)
Index("ix_stakeholders_name_key", stakeholders.c.name_key, stakeholders.c.country)
Index("ix_stakeholders_type", stakeholders.c.type, stakeholders.c.id)

stakeholder_handles = Table(
    "stakeholder_handles",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("name_key", Text, primary_key=True),
    Column("stakeholder_id", Uuid(as_uuid=False), ForeignKey("stakeholders.id"), nullable=False, index=True),
)

changelog = changelog_tables(metadata, id_type=Uuid(as_uuid=False))
changes = changelog.changes

engagers = Table(
    "engagers",
    metadata,
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("function", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("trained_until", Date, nullable=True),
    Column("authorised_platforms", JSONB, nullable=False),
)

outbox = outbox_table(metadata)
inbox = inbox_table(metadata)
idempotency_keys = idempotency_table(metadata)
