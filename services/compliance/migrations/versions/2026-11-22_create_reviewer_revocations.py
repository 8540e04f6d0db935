"""Create the revocations of people who may not approve any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_revocations"
down_revision = "20261122_rounds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reviewer_revocations",
        sa.Column("revocation_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("revocation_id", name=op.f("pk_reviewer_revocations")),
    )
    op.create_index("uq_reviewer_revocations_subject", "reviewer_revocations", ["subject"], unique=True)
    op.execute(
        """CREATE CONSTRAINT TRIGGER reviewer_revocations_in_the_ledger AFTER INSERT OR UPDATE ON reviewer_revocations
           DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
           EXECUTE FUNCTION in_the_ledger('reviewer_revocation', 'revocation_id')"""
    )


def downgrade() -> None:
    op.drop_table("reviewer_revocations")
