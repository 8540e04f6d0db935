"""A sample tells the action it is about in a column of its own, so that the evidence of the action holds it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_samples_of_actions"
down_revision = "20261122_project_complaints"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("samples", sa.Column("action_id", sa.Text(), nullable=True))
    op.execute("UPDATE samples SET action_id = document ->> 'action_id'")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.alter_column("samples", "action_id", nullable=False)
    op.create_index(op.f("ix_samples_action_id"), "samples", ["action_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_samples_action_id"), table_name="samples")
    op.drop_column("samples", "action_id")
