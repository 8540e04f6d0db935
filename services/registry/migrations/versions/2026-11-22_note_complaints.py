"""Note who has complained: nobody could say so before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_complaints"
down_revision = "20261122_changelog"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "stakeholders", sa.Column("open_complaint", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )


def downgrade() -> None:
    op.drop_column("stakeholders", "open_complaint")
