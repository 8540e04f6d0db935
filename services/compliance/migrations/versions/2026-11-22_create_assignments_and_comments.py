"""Create assignments, comments whose words are only ever added to, and mentions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_comments"
down_revision = "20261122_revocations"
branch_labels = None
depends_on = None

_KEEP = """CREATE FUNCTION comments_keep_what_was_said() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
         IF TG_OP <> 'UPDATE' THEN
           RAISE EXCEPTION 'comments are never removed: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
         END IF;
         IF OLD.state = 'erased' OR NEW.state <> 'erased' AND (
              NEW.document - 'said' IS DISTINCT FROM OLD.document - 'said'
              OR coalesce((SELECT jsonb_agg(entry ORDER BY number)
                    FROM jsonb_array_elements(NEW.document -> 'said') WITH ORDINALITY AS t (entry, number)
                    WHERE number <= jsonb_array_length(OLD.document -> 'said')), '[]') <> OLD.document -> 'said') THEN
           RAISE EXCEPTION 'what was said is never changed' USING ERRCODE = 'insufficient_privilege';
         END IF;
         RETURN NEW;
       END $$"""
_TRIGGERS = (
    _KEEP,
    """CREATE TRIGGER comments_keep_what_was_said BEFORE UPDATE OR DELETE ON comments
       FOR EACH ROW EXECUTE FUNCTION comments_keep_what_was_said()""",
    """CREATE TRIGGER comments_no_truncate BEFORE TRUNCATE ON comments
       FOR EACH STATEMENT EXECUTE FUNCTION comments_keep_what_was_said()""",
)


def upgrade() -> None:
    _records(
        "assignments",
        "assignment",
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
    )
    assigned = sa.text("state = 'assigned'")
    op.create_index(
        "uq_assignments_once",
        "assignments",
        ["action_id", "assignee", sa.text("coalesce(step, '')")],
        unique=True,
        postgresql_where=assigned,
    )
    op.create_index("ix_assignments_assignee", "assignments", ["assignee", "action_id"], postgresql_where=assigned)
    _records(
        "comments",
        "comment",
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("action_version", sa.Integer(), nullable=False),
        sa.Column("stakeholder_id", sa.Text(), nullable=False),
    )
    op.create_index("ix_comments_action", "comments", ["action_id", "comment_id"])
    op.create_index(op.f("ix_comments_stakeholder_id"), "comments", ["stakeholder_id"])
    for statement in _TRIGGERS:
        op.execute(statement)
    op.create_table(
        "mentions",
        sa.Column("mention_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("comment_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.comment_id"], name=op.f("fk_mentions_comment_id_comments")),
        sa.PrimaryKeyConstraint("mention_id", name=op.f("pk_mentions")),
    )
    op.create_index("ix_mentions_subject", "mentions", ["subject", "mention_id"])


def downgrade() -> None:
    op.drop_table("mentions")
    op.drop_table("comments")
    op.execute("DROP FUNCTION comments_keep_what_was_said()")
    op.drop_table("assignments")


def _records(table: str, aggregate: str, *columns: sa.Column[object]) -> None:
    key = f"{aggregate}_id"
    op.create_table(
        table,
        sa.Column(key, sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *columns,
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
    )
    op.execute(
        f"""CREATE CONSTRAINT TRIGGER {table}_in_the_ledger AFTER INSERT OR UPDATE ON {table}
           DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION in_the_ledger('{aggregate}', '{key}')"""
    )
