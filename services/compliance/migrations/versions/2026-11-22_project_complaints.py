"""Persons known so far have no open complaint: the registry could not record one before."""

from __future__ import annotations

from alembic import op

revision = "20261122_project_complaints"
down_revision = "20261122_fast_lane"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """UPDATE people_view SET facts = facts || '{"open_complaint": false}'
           WHERE NOT facts ? 'open_complaint' AND facts <> '{}'"""
    )


def downgrade() -> None:
    op.execute("UPDATE people_view SET facts = facts - 'open_complaint'")
