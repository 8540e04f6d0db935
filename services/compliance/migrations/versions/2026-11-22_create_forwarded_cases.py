"""Forwarded cases: safety cases with evidence, clock and closing; questions for Medical Information; holds on posts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from compliance.domain.post_keys import keys_of_target

_QUEUED = "state IN ('in_review', 'approved', 'paused', 'released')"

revision = "20261122_forwarded"
down_revision = "20261122_channels"
branch_labels = None
depends_on = None


def _json(name: str, default: str | None = None, *, nullable: bool = False) -> sa.Column[object]:
    standing = None if default is None else sa.text(f"'{default}'")
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=nullable, server_default=standing)


def _added() -> tuple[sa.Column[object], ...]:
    """What every forwarded case has beside what safety cases had before."""
    return (
        _json("texts", "[]"),
        _json("evidence", "[]"),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        _json("post_keys", "[]"),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("country_known", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _json("found_by", "{}"),
        sa.Column("timezone", sa.Text(), server_default=sa.text("'UTC'"), nullable=False),
        sa.Column("calendar", sa.Text(), server_default=sa.text("''"), nullable=False),
        _json("stages", "[]"),
        sa.Column("next_stage_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        _json("closing", nullable=True),
    )


def _indexes(name: str, key: str) -> None:
    op.create_index(
        f"ix_{name}_waiting",
        name,
        ["stakeholder_id"],
        postgresql_where=sa.text("state IN ('open', 'acknowledged')"),
    )
    op.create_index(f"ix_{name}_due", name, ["due_at", key])
    op.create_index(
        f"ix_{name}_next_stage", name, ["next_stage_at"], postgresql_where=sa.text("next_stage_at IS NOT NULL")
    )
    op.create_index(
        f"ix_{name}_post_keys",
        name,
        ["post_keys"],
        postgresql_using="gin",
        postgresql_where=sa.text("state <> 'closed'"),
    )


def upgrade() -> None:
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks that wait for the commit cannot be altered
    op.drop_index("ix_safety_cases_waiting", table_name="safety_cases")
    op.drop_index("ix_safety_cases_due", table_name="safety_cases")
    for column in (
        *_added(),
        _json("places", "{}"),
        _json("situations", "[]"),
        sa.Column("qualification", sa.Text(), server_default=sa.text("'consumer'"), nullable=False),
        sa.Column("qualification_known", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _json("corrections", "[]"),
    ):
        op.add_column("safety_cases", column)
    _carry_safety_cases_over()
    _indexes("safety_cases", "safety_case_id")
    op.create_table(
        "medical_information_cases",
        sa.Column("medical_information_case_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("stakeholder_id", sa.Text(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("quote_sha256", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_by", sa.Text(), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        *_added(),
        _json("products"),
        _json("topics"),
        sa.PrimaryKeyConstraint("medical_information_case_id", name=op.f("pk_medical_information_cases")),
        sa.UniqueConstraint(
            "source",
            "source_id",
            "quote_sha256",
            name=op.f("uq_medical_information_cases_source_source_id_quote_sha256"),
        ),
    )
    _indexes("medical_information_cases", "medical_information_case_id")
    op.execute(
        """CREATE CONSTRAINT TRIGGER medical_information_cases_in_the_ledger AFTER INSERT OR UPDATE
           ON medical_information_cases DEFERRABLE INITIALLY DEFERRED
           FOR EACH ROW EXECUTE FUNCTION in_the_ledger('medical_information_case', 'medical_information_case_id')"""
    )
    op.add_column("cases", _json("post_keys", "[]"))
    op.create_index(
        "ix_cases_post_keys",
        "cases",
        ["post_keys"],
        postgresql_using="gin",
        postgresql_where=sa.text(_QUEUED),
    )
    _name_posts_of_queued_cases()


def _carry_safety_cases_over() -> None:
    """Old cases keep their due time; `overdue` becomes an escalation that was noted. None is escalated twice."""
    op.execute(
        """UPDATE safety_cases SET
             texts = jsonb_build_array(jsonb_build_object('field', 'text', 'text', quote)),
             stages = jsonb_build_array(jsonb_build_object(
               'percent', 100, 'at', to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
               'notify', '[]'::jsonb,
               'noted_at', CASE WHEN state = 'overdue'
                 THEN to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') END)),
             next_stage_at = CASE WHEN state = 'open' THEN due_at END,
             state = CASE WHEN state = 'overdue' THEN 'open' ELSE state END"""
    )


def _name_posts_of_queued_cases() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text(f"SELECT action_id, snapshot FROM cases WHERE {_QUEUED}")).all()  # noqa: S608 - constant text only
    change = sa.text("UPDATE cases SET post_keys = :keys WHERE action_id = :id").bindparams(
        sa.bindparam("keys", type_=postgresql.JSONB)
    )
    for row in rows:
        connection.execute(change, {"id": row.action_id, "keys": list(keys_of_target(row.snapshot))})


def downgrade() -> None:
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.drop_index("ix_cases_post_keys", table_name="cases")
    op.drop_column("cases", "post_keys")
    op.drop_table("medical_information_cases")
    for name in ("post_keys", "next_stage", "due", "waiting"):
        op.drop_index(f"ix_safety_cases_{name}", table_name="safety_cases")
    op.execute("UPDATE safety_cases SET state = 'handed_over' WHERE state = 'closed'")
    op.execute("UPDATE safety_cases SET state = 'open' WHERE state = 'acknowledged'")
    for name in (
        *(column.name for column in _added()),
        *("places", "situations", "qualification", "qualification_known", "corrections"),
    ):
        op.drop_column("safety_cases", name)
    op.create_index("ix_safety_cases_due", "safety_cases", ["due_at"], postgresql_where=sa.text("state = 'open'"))
    op.create_index(
        "ix_safety_cases_waiting",
        "safety_cases",
        ["stakeholder_id"],
        postgresql_where=sa.text("state <> 'handed_over'"),
    )
