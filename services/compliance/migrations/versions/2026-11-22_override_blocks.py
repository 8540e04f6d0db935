"""Two people may override a block where its rule lets them: their signatures name the rules they are about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122_overrides"
down_revision = "20261122_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("overrides", JSONB(), nullable=False, server_default=sa.text("'[]'")))
    op.add_column("signatures", sa.Column("rule_set", sa.Text(), nullable=True))
    op.add_column("signatures", sa.Column("rules", JSONB(), nullable=True))
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_signatures_overrides",
            "signatures",
            ["signed_at"],
            postgresql_where=sa.text("rules IS NOT NULL"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    op.drop_index("ix_signatures_overrides", "signatures")
    op.drop_column("signatures", "rules")
    op.drop_column("signatures", "rule_set")
    op.drop_column("cases", "overrides")
