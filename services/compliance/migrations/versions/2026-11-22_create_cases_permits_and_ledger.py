"""Create cases, permits, safety cases, projections and the ledger that nobody can rewrite."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.outbox.table import CREATE_TRIGGER, DROP_TRIGGER

_APPEND_ONLY = (
    """CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the ledger is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
       END $$""",
    """CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON ledger
       FOR EACH ROW EXECUTE FUNCTION ledger_append_only()""",
    """CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger
       FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()""",
)
_IN_THE_LEDGER = """CREATE FUNCTION in_the_ledger() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
         IF NOT EXISTS (SELECT FROM ledger WHERE aggregate = TG_ARGV[0]
                        AND aggregate_id = to_jsonb(NEW) ->> TG_ARGV[1] AND aggregate_version = NEW.version) THEN
           RAISE EXCEPTION '% % version % is not in the ledger', TG_ARGV[0], to_jsonb(NEW) ->> TG_ARGV[1], NEW.version;
         END IF;
         RETURN NULL;
       END $$"""
_RECORDED = (
    ("cases", "case", "action_id"),
    ("permits", "permit", "permit_id"),
    ("safety_cases", "safety_case", "safety_case_id"),
    ("rule_sets", "rule_set", "id"),
)

revision = "20261122_cases"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("action_version", sa.Integer(), nullable=False),
        sa.Column("stakeholder_id", sa.Text(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("snapshot_sha256", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("submitted_by_name", sa.Text(), nullable=False),
        sa.Column("edited_by", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("slot_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("slot_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("judgement", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("votes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("stops", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("resume_to", sa.Text(), nullable=True),
        sa.Column("permit_id", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_cases")),
    )
    op.create_index(
        "ix_cases_due", "cases", ["slot_start"], unique=False, postgresql_where=sa.text("state = 'approved'")
    )
    op.create_index(
        "ix_cases_over",
        "cases",
        ["slot_end"],
        unique=False,
        postgresql_where=sa.text("state IN ('in_review', 'approved', 'paused', 'released')"),
    )
    op.create_index(
        "ix_cases_person",
        "cases",
        ["stakeholder_id"],
        unique=False,
        postgresql_where=sa.text("state IN ('in_review', 'approved', 'paused', 'released')"),
    )
    op.create_index("ix_cases_queue", "cases", ["state", "action_id"], unique=False)
    op.create_table(
        "engagers_view",
        sa.Column("engager_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("authorised_platforms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("engager_id", name=op.f("pk_engagers_view")),
    )
    op.create_table(
        "inbox_messages",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "message_id", name=op.f("pk_inbox_messages")),
    )
    op.create_index("ix_inbox_messages_received", "inbox_messages", ["received_at"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("aggregate", sa.Text(), nullable=False),
        sa.Column("aggregate_id", sa.Text(), nullable=False),
        sa.Column("aggregate_version", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("old_state", sa.Text(), nullable=True),
        sa.Column("new_state", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_ledger")),
        sa.UniqueConstraint(
            "aggregate",
            "aggregate_id",
            "aggregate_version",
            name=op.f("uq_ledger_aggregate_aggregate_id_aggregate_version"),
        ),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("aggregate_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("sequence", name=op.f("uq_outbox_messages_sequence")),
    )
    op.create_index(
        "ix_outbox_messages_published",
        "outbox_messages",
        ["published_at"],
        unique=False,
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_messages_waiting",
        "outbox_messages",
        ["sequence"],
        unique=False,
        postgresql_where=sa.text("published_at IS NULL"),
    )
    op.create_table(
        "parked_keys",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("replay_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("consumer", "topic", "key", name=op.f("pk_parked_keys")),
    )
    op.create_table(
        "people_view",
        sa.Column("stakeholder_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("stakeholder_id", name=op.f("pk_people_view")),
    )
    op.create_table(
        "permits",
        sa.Column("permit_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("stakeholder_id", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("snapshot_sha256", sa.Text(), nullable=False),
        sa.Column("rule_set", sa.Text(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("permit_id", name=op.f("pk_permits")),
    )
    op.create_index(op.f("ix_permits_action_id"), "permits", ["action_id"], unique=False)
    op.create_index("ix_permits_contacts", "permits", ["stakeholder_id", "issued_at"], unique=False)
    op.create_index(
        "uq_permits_one_in_force",
        "permits",
        ["action_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('issued', 'redeemed')"),
    )
    op.create_table(
        "release_holds",
        sa.Column("action_id", sa.Text(), nullable=False),
        sa.Column("holds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_release_holds")),
    )
    op.create_table(
        "rule_sets",
        sa.Column("id", sa.Text(), server_default=sa.text("'rule_set'"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rule_set", sa.Text(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_sets")),
    )
    op.create_table(
        "safety_cases",
        sa.Column("safety_case_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("stakeholder_id", sa.Text(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("quote_sha256", sa.Text(), nullable=False),
        sa.Column("criteria", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_by", sa.Text(), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("safety_case_id", name=op.f("pk_safety_cases")),
        sa.UniqueConstraint(
            "source", "source_id", "quote_sha256", name=op.f("uq_safety_cases_source_source_id_quote_sha256")
        ),
    )
    op.create_index(
        "ix_safety_cases_due", "safety_cases", ["due_at"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(
        "ix_safety_cases_waiting",
        "safety_cases",
        ["stakeholder_id"],
        unique=False,
        postgresql_where=sa.text("state <> 'handed_over'"),
    )
    op.create_table(
        "parked_messages",
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("dead", sa.Boolean(), nullable=False),
        sa.Column("error_class", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consumer", "topic", "key"],
            ["parked_keys.consumer", "parked_keys.topic", "parked_keys.key"],
            name="fk_parked_messages_key_parked_keys",
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_parked_messages")),
    )
    op.create_index("ix_parked_messages_key", "parked_messages", ["consumer", "topic", "key", "sequence"], unique=False)
    op.create_index(
        "uq_parked_messages_consumer_message_id", "parked_messages", ["consumer", "message_id"], unique=True
    )
    for statement in (*CREATE_TRIGGER, *_APPEND_ONLY, _IN_THE_LEDGER):
        op.execute(statement)
    for table, aggregate, key in _RECORDED:
        op.execute(
            f"""CREATE CONSTRAINT TRIGGER {table}_in_the_ledger AFTER INSERT OR UPDATE ON {table}
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION in_the_ledger('{aggregate}', '{key}')"""
        )


def downgrade() -> None:
    for statement in DROP_TRIGGER:
        op.execute(statement)
    op.drop_index("uq_parked_messages_consumer_message_id", table_name="parked_messages")
    op.drop_index("ix_parked_messages_key", table_name="parked_messages")
    op.drop_table("parked_messages")
    op.drop_index(
        "ix_safety_cases_waiting", table_name="safety_cases", postgresql_where=sa.text("state <> 'handed_over'")
    )
    op.drop_index("ix_safety_cases_due", table_name="safety_cases", postgresql_where=sa.text("state = 'open'"))
    op.drop_table("safety_cases")
    op.drop_table("rule_sets")
    op.drop_table("release_holds")
    op.drop_index(
        "uq_permits_one_in_force", table_name="permits", postgresql_where=sa.text("state IN ('issued', 'redeemed')")
    )
    op.drop_index("ix_permits_contacts", table_name="permits")
    op.drop_index(op.f("ix_permits_action_id"), table_name="permits")
    op.drop_table("permits")
    op.drop_table("people_view")
    op.drop_table("parked_keys")
    op.drop_index(
        "ix_outbox_messages_waiting", table_name="outbox_messages", postgresql_where=sa.text("published_at IS NULL")
    )
    op.drop_index(
        "ix_outbox_messages_published",
        table_name="outbox_messages",
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.drop_table("outbox_messages")
    op.drop_table("ledger")
    op.drop_index("ix_inbox_messages_received", table_name="inbox_messages")
    op.drop_table("inbox_messages")
    op.drop_table("engagers_view")
    op.drop_index("ix_cases_queue", table_name="cases")
    op.drop_index(
        "ix_cases_person",
        table_name="cases",
        postgresql_where=sa.text("state IN ('in_review', 'approved', 'paused', 'released')"),
    )
    op.drop_index(
        "ix_cases_over",
        table_name="cases",
        postgresql_where=sa.text("state IN ('in_review', 'approved', 'paused', 'released')"),
    )
    op.drop_index("ix_cases_due", table_name="cases", postgresql_where=sa.text("state = 'approved'"))
    op.drop_table("cases")
    op.execute("DROP FUNCTION in_the_ledger()")
    op.execute("DROP FUNCTION ledger_append_only()")
