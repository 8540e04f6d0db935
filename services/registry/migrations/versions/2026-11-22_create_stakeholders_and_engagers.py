"""Create stakeholders and engagers, and the tables of the shared mechanism."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.outbox.table import CREATE_TRIGGER, DROP_TRIGGER

revision = "20261122_stakeholders"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("aggregate_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("old", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("new", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("aggregate_id", "version", name=op.f("pk_changes")),
    )
    op.create_table(
        "engagers",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("trained_until", sa.Date(), nullable=True),
        sa.Column("authorised_platforms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagers")),
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
    op.create_table(
        "inbox_messages",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "message_id", name=op.f("pk_inbox_messages")),
    )
    op.create_index("ix_inbox_messages_received", "inbox_messages", ["received_at"], unique=False)
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
        "stakeholders",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("handles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("owner_function", sa.Text(), nullable=True),
        sa.Column("owner_reason", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("relationship_stage", sa.Text(), nullable=True),
        sa.Column("lawful_basis", sa.Text(), nullable=True),
        sa.Column("notice_sent_on", sa.Date(), nullable=True),
        sa.Column("outreach_policy", sa.Text(), nullable=True),
        sa.Column("contracted", sa.Boolean(), nullable=True),
        sa.Column("followers", sa.Integer(), nullable=True),
        sa.Column("minor", sa.Boolean(), nullable=True),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("do_not_engage", sa.Boolean(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_stakeholders_version_counts_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stakeholders")),
    )
    op.create_index("ix_stakeholders_name_key", "stakeholders", ["name_key", "country"], unique=False)
    op.create_index("ix_stakeholders_type", "stakeholders", ["type", "id"], unique=False)
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
    op.create_table(
        "stakeholder_handles",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("stakeholder_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["stakeholder_id"], ["stakeholders.id"], name=op.f("fk_stakeholder_handles_stakeholder_id_stakeholders")
        ),
        sa.PrimaryKeyConstraint("platform", "name_key", name=op.f("pk_stakeholder_handles")),
    )
    op.create_index(
        op.f("ix_stakeholder_handles_stakeholder_id"), "stakeholder_handles", ["stakeholder_id"], unique=False
    )
    for statement in CREATE_TRIGGER:
        op.execute(statement)


def downgrade() -> None:
    for statement in DROP_TRIGGER:
        op.execute(statement)
    op.drop_index(op.f("ix_stakeholder_handles_stakeholder_id"), table_name="stakeholder_handles")
    op.drop_table("stakeholder_handles")
    op.drop_index("uq_parked_messages_consumer_message_id", table_name="parked_messages")
    op.drop_index("ix_parked_messages_key", table_name="parked_messages")
    op.drop_table("parked_messages")
    op.drop_index("ix_stakeholders_type", table_name="stakeholders")
    op.drop_index("ix_stakeholders_name_key", table_name="stakeholders")
    op.drop_table("stakeholders")
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
    op.drop_index("ix_inbox_messages_received", table_name="inbox_messages")
    op.drop_table("inbox_messages")
    op.drop_index(op.f("ix_idempotency_keys_created_at"), table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_table("engagers")
    op.drop_table("changes")
