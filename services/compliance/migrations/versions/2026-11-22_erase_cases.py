"""Cases tell since when they hold nothing about their person any more, and those that still do are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_erasure"
down_revision = "20261122_samples_of_actions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_cases_not_erased",
            "cases",
            ["stakeholder_id"],
            postgresql_where=sa.text("erased_at IS NULL"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )
        op.create_index(
            "ix_people_view_erased",
            "people_view",
            ["stakeholder_id"],
            postgresql_where=sa.text("erased"),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    op.drop_index("ix_people_view_erased", "people_view")
    op.drop_index("ix_cases_not_erased", "cases")
    op.drop_column("cases", "erased_at")
