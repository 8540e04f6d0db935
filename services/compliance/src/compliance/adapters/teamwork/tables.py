"""Tables of working together: records are documents, with columns beside them to find them by."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, text
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

assignments = Table(
    "assignments",
    metadata,
    Column("assignment_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("action_id", Text, nullable=False),
    Column("assignee", Text, nullable=False),
    Column("step", Text, nullable=True),
    Column("document", JSONB, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False, server_default=text("now()")),
)
_ASSIGNED = text("state = 'assigned'")
Index(
    "uq_assignments_once",
    assignments.c.action_id,
    assignments.c.assignee,
    text("coalesce(step, '')"),
    unique=True,
    postgresql_where=_ASSIGNED,
)
Index("ix_assignments_assignee", assignments.c.assignee, assignments.c.action_id, postgresql_where=_ASSIGNED)

comments = Table(
    "comments",
    metadata,
    Column("comment_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("action_id", Text, nullable=False),
    Column("action_version", Integer, nullable=False),
    Column("stakeholder_id", Text, nullable=False, index=True),
    Column("document", JSONB, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False, server_default=text("now()")),
)
Index("ix_comments_action", comments.c.action_id, comments.c.comment_id)

mentions = Table(
    "mentions",
    metadata,
    Column("mention_id", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("comment_id", Text, ForeignKey("comments.comment_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("action_id", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime, nullable=True),
)
Index("ix_mentions_subject", mentions.c.subject, mentions.c.mention_id)
