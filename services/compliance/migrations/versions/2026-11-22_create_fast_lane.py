"""Create pre-approved wordings, their editions and samples; cases and permits cite the wording that approved them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_fast_lane"
down_revision = "20261122_watches"
branch_labels = None
depends_on = None

_JSON = postgresql.JSONB(astext_type=sa.Text())
_QUEUED = "state IN ('in_review', 'approved', 'paused', 'released')"
_NEVER = (
    """CREATE FUNCTION wording_editions_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'an edition of a wording is never changed: % refused', TG_OP
       USING ERRCODE = 'insufficient_privilege'; END $$""",
    """CREATE TRIGGER wording_editions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wording_editions
       FOR EACH STATEMENT EXECUTE FUNCTION wording_editions_append_only()""",
)


def upgrade() -> None:
    _records("wordings", "wording", "wording_id", sa.Column("valid_until", sa.Text(), nullable=False))
    op.create_index("ix_wordings_approved", "wordings", ["valid_until"], postgresql_where=sa.text("state = 'approved'"))
    op.create_table(
        "wording_editions",
        sa.Column("wording_id", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.Column("written_by", _JSON, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("wording_id", "edition", name=op.f("pk_wording_editions")),
    )
    for statement in _NEVER:
        op.execute(statement)
    _records(
        "samples",
        "sample",
        "permit_id",
        sa.Column("wording_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_samples_wording", "samples", ["wording_id", "permit_id"])
    waiting = sa.text("state IN ('drawn', 'overdue')")
    op.create_index("ix_samples_waiting", "samples", ["due_at", "permit_id"], postgresql_where=waiting)
    op.add_column("cases", sa.Column("pre_approval", _JSON, nullable=True))
    op.create_index(
        "ix_cases_wording",
        "cases",
        [sa.text("(pre_approval -> 'wording' ->> 'wording_id')")],
        postgresql_where=sa.text(f"pre_approval IS NOT NULL AND {_QUEUED}"),
    )
    op.add_column("permits", sa.Column("wording", _JSON, nullable=True))
    op.create_index(
        "ix_permits_wording",
        "permits",
        [sa.text("(wording ->> 'wording_id')"), "permit_id"],
        postgresql_where=sa.text("wording IS NOT NULL"),
    )
    op.alter_column("signatures", "action_id", nullable=True)
    op.alter_column("signatures", "case_version", nullable=True)
    op.add_column("signatures", sa.Column("wording_id", sa.Text(), nullable=True))
    op.add_column("signatures", sa.Column("samples", _JSON, nullable=True))
    op.create_check_constraint(
        op.f("ck_signatures_one_matter"), "signatures", "num_nonnulls(action_id, wording_id, samples) = 1"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_signatures_one_matter"), "signatures", type_="check")
    op.execute("ALTER TABLE signatures DISABLE TRIGGER signatures_no_change")
    op.execute("DELETE FROM signatures WHERE action_id IS NULL")
    op.execute("ALTER TABLE signatures ENABLE TRIGGER signatures_no_change")
    op.drop_column("signatures", "samples")
    op.drop_column("signatures", "wording_id")
    op.alter_column("signatures", "case_version", nullable=False)
    op.alter_column("signatures", "action_id", nullable=False)
    op.drop_index("ix_permits_wording", table_name="permits")
    op.drop_column("permits", "wording")
    op.drop_index("ix_cases_wording", table_name="cases")
    op.drop_column("cases", "pre_approval")
    for table in ("samples", "wording_editions", "wordings"):
        op.drop_table(table)
    op.execute("DROP FUNCTION wording_editions_append_only()")


def _records(table: str, aggregate: str, key: str, *more: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column(key, sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        *more,
        sa.Column("document", _JSON, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
    )
    op.execute(
        f"""CREATE CONSTRAINT TRIGGER {table}_in_the_ledger AFTER INSERT OR UPDATE ON {table}
           DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION in_the_ledger('{aggregate}', '{key}')"""
    )
