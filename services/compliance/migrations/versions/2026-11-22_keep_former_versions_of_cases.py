"""Keep what was judged before another submission or judgement takes its place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_case_versions"
down_revision = "20261122_take_downs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_versions",
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("action_id", "version", name=op.f("pk_case_versions")),
        comment="cases as they were before another submission or judgement took the place of theirs",
    )


def downgrade() -> None:
    op.drop_table("case_versions")
