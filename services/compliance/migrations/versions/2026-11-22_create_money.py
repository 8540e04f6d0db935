"""Create fee bands, needs, contracts, recipients, transfers of value, disclosure runs, and idempotency keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261122_money"
down_revision = "20261122_review"
branch_labels = None
depends_on = None

_RECORDS = (
    ("fee_bands", "fee_band", "fee_band_id", ("country", "specialty", "tier", "currency")),
    ("needs_assessments", "needs_assessment", "needs_assessment_id", ()),
    ("contracts", "contract", "contract_id", ("stakeholder_id",)),
    ("recipients", "recipient", "recipient_id", ("stakeholder_id", "country")),
    ("transfers_of_value", "transfer_of_value", "transfer_id", ("stakeholder_id", "country", "year", "standing")),
    ("disclosure_runs", "disclosure_run", "disclosure_run_id", ("regime", "country", "year")),
)
_TYPES = {"year": sa.Integer()}

_NEVER = """CREATE FUNCTION transfer_versions_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a version of a transfer of value is never changed'; END $$"""
_FROZEN = """CREATE FUNCTION disclosure_file_frozen() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
         IF NEW.document ->> 'file' <> OLD.document ->> 'file' OR OLD.state IN ('approved', 'withdrawn') THEN
           RAISE EXCEPTION 'the file of a disclosure run is never changed';
         END IF;
         RETURN NEW;
       END $$"""


def upgrade() -> None:
    for table, aggregate, key, columns in _RECORDS:
        op.create_table(
            table,
            sa.Column(key, sa.Text(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("state", sa.Text(), nullable=False),
            *(sa.Column(name, _TYPES.get(name, sa.Text()), nullable=False) for name in columns),
            sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
            sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
            sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
        )
        op.execute(
            f"""CREATE CONSTRAINT TRIGGER {table}_in_the_ledger AFTER INSERT OR UPDATE ON {table}
               DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION in_the_ledger('{aggregate}', '{key}')"""
        )
    op.create_index("ix_fee_bands_of", "fee_bands", ["country", "specialty", "tier", "currency"])
    op.create_index(op.f("ix_contracts_stakeholder_id"), "contracts", ["stakeholder_id"])
    op.create_unique_constraint(op.f("uq_recipients_stakeholder_id"), "recipients", ["stakeholder_id"])
    op.create_index("ix_transfers_of_value_person", "transfers_of_value", ["stakeholder_id", "transfer_id"])
    op.create_index("ix_transfers_of_value_year", "transfers_of_value", ["country", "year"])
    op.create_table(
        "transfer_of_value_versions",
        sa.Column("transfer_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["transfers_of_value.transfer_id"],
            name=op.f("fk_transfer_of_value_versions_transfer_id_transfers_of_value"),
        ),
        sa.PrimaryKeyConstraint("transfer_id", "version", name=op.f("pk_transfer_of_value_versions")),
    )
    op.execute(_NEVER)
    op.execute(
        """CREATE TRIGGER transfer_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
           ON transfer_of_value_versions FOR EACH STATEMENT EXECUTE FUNCTION transfer_versions_append_only()"""
    )
    op.execute(_FROZEN)
    op.execute(
        """CREATE TRIGGER disclosure_file_frozen BEFORE UPDATE ON disclosure_runs
           FOR EACH ROW EXECUTE FUNCTION disclosure_file_frozen()"""
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("principal", "route", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_idempotency_keys_created_at"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_table("transfer_of_value_versions")
    for table, *_ in reversed(_RECORDS):
        op.drop_table(table)
    op.execute("DROP FUNCTION transfer_versions_append_only()")
    op.execute("DROP FUNCTION disclosure_file_frozen()")
