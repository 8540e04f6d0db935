"""Circulations, which nobody changes once they have ended, and what their clocks told, which is in the ledger.

Cases that wait for people now get a circulation that is due a day after they entered review, or now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_rounds"
down_revision = "20261122_case_versions"
branch_labels = None
depends_on = None

_TEXTS = postgresql.ARRAY(sa.Text())
_MOMENT = sa.DateTime(timezone=True)
_SETTLED = (
    """CREATE FUNCTION review_rounds_settled() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'a circulation that has ended is never changed: % refused', TG_OP
          USING ERRCODE = 'insufficient_privilege'; END $$""",
    """CREATE TRIGGER review_rounds_no_change BEFORE UPDATE ON review_rounds
       FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION review_rounds_settled()""",
    """CREATE TRIGGER review_rounds_no_delete BEFORE DELETE OR TRUNCATE ON review_rounds
       FOR EACH STATEMENT EXECUTE FUNCTION review_rounds_settled()""",
    """CREATE TRIGGER review_notices_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON review_notices
       FOR EACH STATEMENT EXECUTE FUNCTION review_rounds_settled()""",
    """CREATE CONSTRAINT TRIGGER review_notices_in_the_ledger AFTER INSERT OR UPDATE ON review_notices
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION in_the_ledger('review_round', 'round_id')""",
)
_WAITING_NOW = """INSERT INTO review_rounds (action_id, number, version, action_version, stakeholder_id, submitted_at,
      entered_at, team, verdict, rules, waits_for, slot_start, time_left, due_at, running_since, in_review, worked,
      restarts, told, next_stage_at)
    SELECT action_id, 1, 0, action_version, stakeholder_id, opened_at, changed_at,
      judgement -> 'resolved' -> 'actor' ->> 'function', verdict,
      ARRAY(SELECT DISTINCT f ->> 'rule_id' FROM jsonb_array_elements(judgement -> 'findings') f ORDER BY 1),
      ARRAY(SELECT DISTINCT jsonb_array_elements_text(s -> 'any_of') FROM jsonb_array_elements(judgement -> 'route') s
            ORDER BY 1),
      slot_start, interval '0', greatest(now(), changed_at + interval '1 day'),
      CASE state WHEN 'in_review' THEN changed_at END, interval '0', interval '0', 0, 0,
      CASE state WHEN 'in_review' THEN greatest(now(), changed_at + interval '1 day') END
    FROM cases WHERE state = 'in_review' OR (state = 'paused' AND resume_to = 'in_review')"""


def upgrade() -> None:
    op.create_table(
        "review_rounds",
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action_version", sa.Integer(), nullable=False),
        sa.Column("stakeholder_id", sa.Text(), nullable=False),
        sa.Column("submitted_at", _MOMENT, nullable=False),
        sa.Column("entered_at", _MOMENT, nullable=False),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("rules", _TEXTS, nullable=False),
        sa.Column("waits_for", _TEXTS, nullable=False),
        sa.Column("slot_start", _MOMENT, nullable=True),
        sa.Column("time_left", sa.Interval(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("running_since", _MOMENT, nullable=True),
        sa.Column("in_review", sa.Interval(), nullable=False),
        sa.Column("worked", sa.Interval(), nullable=False),
        sa.Column("restarts", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("next_stage_at", _MOMENT, nullable=True),
        sa.Column("first_vote_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("job_worked", sa.Interval(), nullable=True),
        sa.PrimaryKeyConstraint("action_id", "number", name=op.f("pk_review_rounds")),
    )
    open_ones, ended = sa.text("ended_at IS NULL"), sa.text("ended_at IS NOT NULL")
    op.create_index(
        "uq_review_rounds_one_open", "review_rounds", ["action_id"], unique=True, postgresql_where=open_ones
    )
    op.create_index("ix_review_rounds_due", "review_rounds", ["due_at"], postgresql_where=open_ones)
    next_stage = sa.text("next_stage_at IS NOT NULL")
    op.create_index("ix_review_rounds_next_stage", "review_rounds", ["next_stage_at"], postgresql_where=next_stage)
    op.create_index("ix_review_rounds_ended", "review_rounds", ["ended_at"], postgresql_where=ended)
    op.create_table(
        "review_notices",
        sa.Column("round_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("notify", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("noted_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("round_id", "version", name=op.f("pk_review_notices")),
        sa.UniqueConstraint("round_id", "percent", name=op.f("uq_review_notices_round_id_percent")),
    )
    op.execute(_WAITING_NOW)
    for statement in _SETTLED:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("review_notices")
    op.drop_table("review_rounds")
    op.execute("DROP FUNCTION review_rounds_settled()")
