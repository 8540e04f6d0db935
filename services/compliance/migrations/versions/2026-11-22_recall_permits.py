"""Permits say since when and for what they are revoked, for the revocation list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_recall"
down_revision = "20261122_queue"
branch_labels = None
depends_on = None

_STOPPED = """UPDATE permits SET revoked_for = 'stopped', revoked_at = (
      SELECT l.at FROM ledger l WHERE l.aggregate = 'permit' AND l.aggregate_id = permits.permit_id
        AND l.new_state = 'stopped')
    WHERE state = 'stopped'"""


def upgrade() -> None:
    op.add_column("permits", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("permits", sa.Column("revoked_for", sa.Text(), nullable=True))
    op.execute(_STOPPED)
    op.create_index(
        "ix_permits_revoked",
        "permits",
        ["audience", "revoked_at"],
        postgresql_where=sa.text("revoked_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_permits_revoked", "permits")
    op.drop_column("permits", "revoked_for")
    op.drop_column("permits", "revoked_at")
