"""Tables of circulations. Each follows from entries of the ledger about its case; what its clock told has entries."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Interval, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from compliance.adapters.tables import metadata
from shared.db.metadata import UtcDateTime

review_rounds = Table(
    "review_rounds",
    metadata,
    Column("action_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("action_version", Integer, nullable=False),
    Column("stakeholder_id", Text, nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
    Column("team", Text, nullable=True),
    Column("verdict", Text, nullable=True),
    Column("rules", ARRAY(Text), nullable=False),
    Column("waits_for", ARRAY(Text), nullable=False),
    Column("slot_start", UtcDateTime, nullable=True),
    Column("time_left", Interval, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("running_since", UtcDateTime, nullable=True),
    Column("in_review", Interval, nullable=False),
    Column("worked", Interval, nullable=False),
    Column("restarts", Integer, nullable=False),
    Column("told", Integer, nullable=False),
    Column("next_stage_at", UtcDateTime, nullable=True),
    Column("first_vote_at", UtcDateTime, nullable=True),
    Column("ended_at", UtcDateTime, nullable=True),
    Column("outcome", Text, nullable=True),
    Column("job_worked", Interval, nullable=True),
)
OPEN_SQL = "ended_at IS NULL"
Index("uq_review_rounds_one_open", review_rounds.c.action_id, unique=True, postgresql_where=text(OPEN_SQL))
Index("ix_review_rounds_due", review_rounds.c.due_at, postgresql_where=text(OPEN_SQL))
Index("ix_review_rounds_next_stage", review_rounds.c.next_stage_at, postgresql_where=text("next_stage_at IS NOT NULL"))
Index("ix_review_rounds_ended", review_rounds.c.ended_at, postgresql_where=text("ended_at IS NOT NULL"))

review_notices = Table(
    "review_notices",
    metadata,
    Column("round_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("percent", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("notify", JSONB, nullable=False),
    Column("noted_at", UtcDateTime, nullable=False),
    UniqueConstraint("round_id", "percent"),
)
