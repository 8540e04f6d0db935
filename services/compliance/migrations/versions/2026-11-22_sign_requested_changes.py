"""A signature that requests changes is bound to them by their hash; their words stand in the case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_changes"
down_revision = "20261122_caps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signatures", sa.Column("changes_sha256", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("signatures", "changes_sha256")
