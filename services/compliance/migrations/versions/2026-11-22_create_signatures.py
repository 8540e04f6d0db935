"""Create the signatures, which nobody can rewrite: one for each time a person proved who they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_signatures"
down_revision = "20261122_money"
branch_labels = None
depends_on = None

_APPEND_ONLY = (
    """CREATE FUNCTION signatures_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'signatures are append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
       END $$""",
    """CREATE TRIGGER signatures_no_change BEFORE UPDATE OR DELETE ON signatures
       FOR EACH ROW EXECUTE FUNCTION signatures_append_only()""",
    """CREATE TRIGGER signatures_no_truncate BEFORE TRUNCATE ON signatures
       FOR EACH STATEMENT EXECUTE FUNCTION signatures_append_only()""",
)


def upgrade() -> None:
    op.create_table(
        "signatures",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("authenticated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", "authenticated_at", name=op.f("pk_signatures")),
    )
    op.create_index(op.f("ix_signatures_action_id"), "signatures", ["action_id"])
    for statement in _APPEND_ONLY:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("signatures")
    op.execute("DROP FUNCTION signatures_append_only()")
