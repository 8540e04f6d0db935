"""Create the answers of the screen about engagement plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_plans"
down_revision = "20261122_rule_sets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_screenings",
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("plan_sha256", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rule_set", sa.Text(), nullable=False),
        sa.Column("screened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "version", name=op.f("pk_plan_screenings")),
    )
    op.execute(
        """CREATE CONSTRAINT TRIGGER plan_screenings_in_the_ledger AFTER INSERT OR UPDATE ON plan_screenings
           DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION in_the_ledger('plan', 'plan_id')"""
    )


def downgrade() -> None:
    op.drop_table("plan_screenings")
