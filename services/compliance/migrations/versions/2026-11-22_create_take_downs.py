"""Create the take-down tasks of recalled actions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_take_downs"
down_revision = "20261122_overrides"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "take_downs",
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stakeholder_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_take_downs")),
    )
    op.create_index(
        "ix_take_downs_due", "take_downs", ["due_at", "action_id"], postgresql_where=sa.text("state <> 'closed'")
    )
    op.execute(
        """CREATE CONSTRAINT TRIGGER take_downs_in_the_ledger AFTER INSERT OR UPDATE ON take_downs
           DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION in_the_ledger('take_down', 'action_id')"""
    )


def downgrade() -> None:
    op.drop_table("take_downs")
