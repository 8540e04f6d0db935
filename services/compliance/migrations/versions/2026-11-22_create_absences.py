"""Create absences, in which somebody else decides, and the colleagues whom the gate has met."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_absences"
down_revision = "20261122_recall"
branch_labels = None
depends_on = None

_IN_THE_LEDGER = """CREATE CONSTRAINT TRIGGER absences_in_the_ledger AFTER INSERT OR UPDATE ON absences
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION in_the_ledger('absence', 'absence_id')"""
_MET = """INSERT INTO colleagues (subject, name, may_review, seen_at)
    SELECT DISTINCT ON (subject) subject, name, true, signed_at FROM signatures ORDER BY subject, signed_at DESC"""


def upgrade() -> None:
    op.create_table(
        "colleagues",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("may_review", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_colleagues")),
    )
    op.create_table(
        "absences",
        sa.Column("absence_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("delegate", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("absence_id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_subject", "absences", ["subject", "ends_at"])
    op.create_index("ix_absences_delegate", "absences", ["delegate", "ends_at"])
    op.execute(_IN_THE_LEDGER)
    op.execute(_MET)
    op.add_column("signatures", sa.Column("on_behalf_of", sa.Text(), nullable=True))
    op.add_column("signatures", sa.Column("absence_id", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("signatures", "absence_id")
    op.drop_column("signatures", "on_behalf_of")
    op.drop_table("absences")
    op.drop_table("colleagues")
