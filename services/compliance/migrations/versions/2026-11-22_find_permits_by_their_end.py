"""Find the permits that have not expired: a retired key stays published for as long as it has one."""

from __future__ import annotations

from alembic import op

revision = "20261122_permit_ends"
down_revision = "20261122_proof"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_permits_expires", "permits", ["expires_at"], postgresql_concurrently=True, if_not_exists=True
        )


def downgrade() -> None:
    op.drop_index("ix_permits_expires", "permits")
