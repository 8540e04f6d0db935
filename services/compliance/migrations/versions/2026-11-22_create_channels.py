"""Create our channels: what used to be a file is an aggregate with an owner, a state and a ledger row per change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_channels"
down_revision = "20261122_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("hold", sa.Text(), nullable=False),
        sa.Column("moderation_owner", sa.Text(), nullable=True),
        sa.Column("screening_owner", sa.Text(), nullable=True),
        sa.Column("executor", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channels")),
    )
    op.create_index(
        "uq_channels_one_account", "channels", ["platform", sa.literal_column("coalesce(account, '')")], unique=True
    )
    op.execute(
        """CREATE CONSTRAINT TRIGGER channels_in_the_ledger AFTER INSERT OR UPDATE ON channels
           DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION in_the_ledger('channel', 'channel_id')"""
    )


def downgrade() -> None:
    op.drop_index("uq_channels_one_account", table_name="channels")
    op.drop_table("channels")
