"""Tables of the planner. What an action consists of is one document per part; what is searched has a column."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from shared.changelog.tables import changelog_tables
from shared.db.metadata import UtcDateTime, new_metadata
from shared.inbox.table import inbox_table
from shared.outbox.table import outbox_table
from shared.web.idempotency import idempotency_table

metadata = new_metadata()

plans = Table(
    "plans",
    metadata,
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("therapy_area", Text, nullable=False),
    Column("objective", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("purpose", Text, nullable=True),
    Column("kpis", JSONB(none_as_null=True), nullable=True),
    Column("tiering", JSONB(none_as_null=True), nullable=True),
    Column("state", Text, nullable=False, server_default=text("'draft'")),
    Column("editors", JSONB, nullable=False, server_default=text("'[]'")),
    Column("submission", JSONB(none_as_null=True), nullable=True),
    Column("answer", JSONB(none_as_null=True), nullable=True),
    Column("approval", JSONB(none_as_null=True), nullable=True),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, server_default=text("now()")),
)

actions = Table(
    "actions",
    metadata,
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("plan_id", Uuid(as_uuid=False), ForeignKey("plans.id"), nullable=False),
    Column("stakeholder_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("slot_start", UtcDateTime, nullable=True),
    Column("draft", JSONB, nullable=False),
    Column("editors", JSONB, nullable=False),
    Column("submission", JSONB(none_as_null=True), nullable=True),
    Column("case_seen", JSONB(none_as_null=True), nullable=True),
    Column("permit", JSONB(none_as_null=True), nullable=True),
    Column("outcome", JSONB(none_as_null=True), nullable=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False, server_default=text("now()")),
)
Index("ix_actions_plan_id", actions.c.plan_id, actions.c.id)
Index("ix_actions_stakeholder_id", actions.c.stakeholder_id, actions.c.id)
Index("ix_actions_state", actions.c.state, actions.c.id)

stakeholders_known = Table(
    "stakeholders_known",
    metadata,
    Column("stakeholder_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", JSONB(none_as_null=True), nullable=True, comment="null once the person is erased"),
)

engagers_known = Table(
    "engagers_known",
    metadata,
    Column("engager_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", JSONB, nullable=False),
)

changelog = changelog_tables(metadata, id_type=Uuid(as_uuid=False))
outbox = outbox_table(metadata)
inbox = inbox_table(metadata)
idempotency = idempotency_table(metadata)
