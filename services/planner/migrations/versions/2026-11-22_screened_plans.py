"""Plans say purpose, indicators and ranking, and are screened and approved; those that exist are drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DOCUMENTS = ("kpis", "tiering", "submission", "answer", "approval")


def upgrade() -> None:
    op.add_column("plans", sa.Column("purpose", sa.Text(), nullable=True))
    for name in _DOCUMENTS:
        column = sa.Column(name, postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True)
        op.add_column("plans", column)
    op.add_column("plans", sa.Column("state", sa.Text(), server_default=sa.text("'draft'"), nullable=False))
    op.add_column(
        "plans",
        sa.Column("editors", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    )
    op.execute("UPDATE plans SET editors = jsonb_build_array(created_by)")


def downgrade() -> None:
    for name in ("editors", "state", *reversed(_DOCUMENTS), "purpose"):
        op.drop_column("plans", name)
