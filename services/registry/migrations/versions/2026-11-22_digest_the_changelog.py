"""A salt per change, and daily digests of the changelog."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_changelog"
down_revision = "20261122_stakeholders"
branch_labels = None
depends_on = None

_SALT = "decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')"


def upgrade() -> None:
    op.add_column("changes", sa.Column("salt", sa.LargeBinary(), server_default=sa.text(_SALT), nullable=False))
    op.create_index("ix_changes_changed_at", "changes", ["changed_at"], unique=False)
    op.create_table(
        "changelog_digests",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column(
            "hashes", sa.LargeBinary(), nullable=False, comment="of every change of the day, one after the other"
        ),
        sa.Column("digested_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_changelog_digests")),
    )


def downgrade() -> None:
    op.drop_table("changelog_digests")
    op.drop_index("ix_changes_changed_at", table_name="changes")
    op.drop_column("changes", "salt")
