"""Create what approved actions hold of the caps on contacts and spending."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_caps"
down_revision = "20261122_absences"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cap_reservations",
        sa.Column("reservation_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("action_version", sa.Integer(), nullable=False),
        sa.Column("cap", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("stakeholder_id", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action_type", sa.Text(), nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("pieces", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_cap_reservations")),
        sa.UniqueConstraint(
            "action_id", "action_version", "cap", name=op.f("uq_cap_reservations_action_id_action_version_cap")
        ),
    )
    op.create_index(
        "ix_cap_reservations_held", "cap_reservations", ["scope"], postgresql_where=sa.text("state <> 'returned'")
    )
    op.execute(
        """CREATE CONSTRAINT TRIGGER cap_reservations_in_the_ledger AFTER INSERT OR UPDATE ON cap_reservations
           DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
           EXECUTE FUNCTION in_the_ledger('cap_reservation', 'reservation_id')"""
    )


def downgrade() -> None:
    op.drop_table("cap_reservations")
