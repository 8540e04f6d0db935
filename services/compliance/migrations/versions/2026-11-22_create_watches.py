"""Create the watches over what was published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_watches"
down_revision = "20261122_comments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stakeholder_id", sa.Text(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("post_keys", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_watches")),
    )
    op.create_index("ix_watches_listed", "watches", ["state", "next_due_at", "action_id"])
    op.create_index(
        "ix_watches_post_keys",
        "watches",
        ["post_keys"],
        postgresql_using="gin",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.execute(
        """CREATE CONSTRAINT TRIGGER watches_in_the_ledger AFTER INSERT OR UPDATE ON watches
           DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION in_the_ledger('watch', 'action_id')"""
    )


def downgrade() -> None:
    op.drop_table("watches")
