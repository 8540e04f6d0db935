"""Create the audit: people, posts, footprints, outbox and inbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.outbox.table import CREATE_TRIGGER, DROP_TRIGGER

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("directory_changes")))
    op.create_table(
        "audits_due",
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("stakeholder_id", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audits_due")),
    )
    op.create_index(op.f("ix_audits_due_stakeholder_id"), "audits_due", ["stakeholder_id"], unique=False)
    op.create_table(
        "footprints",
        sa.Column("stakeholder_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("audited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("thresholds", sa.Text(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("channels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("own_posts", sa.Integer(), nullable=False),
        sa.Column("mentions_by_others", sa.Integer(), nullable=False),
        sa.Column("mentioned_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("stakeholder_id", name=op.f("pk_footprints")),
    )
    op.create_index("ix_footprints_audited_at", "footprints", ["audited_at"], unique=False)
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
        "post_imports",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("captured", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("unchanged", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("repaired", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_imports")),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("url_key", sa.Text(), nullable=True),
        sa.Column("author_handle", sa.Text(), nullable=False),
        sa.Column("author_account", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=True),
        sa.Column("author_stakeholder_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("media_text", sa.Text(), nullable=True),
        sa.Column("mentions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("links", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("repost_of", sa.Text(), nullable=True),
        sa.Column("reply_to", sa.Text(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('captured', 'deleted', 'erased')", name=op.f("ck_posts_state_is_known")),
        sa.CheckConstraint("version > 0", name=op.f("ck_posts_version_counts_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("platform", "external_id", name=op.f("uq_posts_platform_external_id")),
    )
    op.create_index("ix_posts_author_account", "posts", ["platform", "author_account", "id"], unique=False)
    op.create_index("ix_posts_author_stakeholder", "posts", ["author_stakeholder_id", "posted_at"], unique=False)
    op.create_index("ix_posts_url_key", "posts", ["url_key"], unique=False)
    op.create_table(
        "stakeholder_view",
        sa.Column("stakeholder_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("accounts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("erased", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("linked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("stakeholder_id", name=op.f("pk_stakeholder_view")),
    )
    op.create_index("ix_stakeholder_view_changed", "stakeholder_view", ["changed"], unique=False)
    op.create_index(
        "ix_stakeholder_view_unlinked",
        "stakeholder_view",
        ["stakeholder_id"],
        unique=False,
        postgresql_where=sa.text("NOT linked"),
    )
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("post_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_by_name", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seen IN ('unchanged', 'changed', 'deleted')", name=op.f("ck_confirmations_seen_is_known")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_confirmations_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
    )
    op.create_index("ix_confirmations_post", "confirmations", ["post_id", "sequence"], unique=False)
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
        "post_mentions",
        sa.Column("post_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("stakeholder_id", sa.Text(), nullable=False),
        sa.Column("matched_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_mentions_post_id_posts")),
        sa.PrimaryKeyConstraint("post_id", "stakeholder_id", name=op.f("pk_post_mentions")),
    )
    op.create_index("ix_post_mentions_stakeholder", "post_mentions", ["stakeholder_id", "post_id"], unique=False)
    op.create_table(
        "post_texts",
        sa.Column("post_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_texts_post_id_posts")),
        sa.PrimaryKeyConstraint("post_id", "text_sha256", "captured_at", name=op.f("pk_post_texts")),
    )
    for statement in CREATE_TRIGGER:
        op.execute(statement)


def downgrade() -> None:
    for statement in DROP_TRIGGER:
        op.execute(statement)
    op.drop_table("post_texts")
    op.drop_index("ix_post_mentions_stakeholder", table_name="post_mentions")
    op.drop_table("post_mentions")
    op.drop_index("uq_parked_messages_consumer_message_id", table_name="parked_messages")
    op.drop_index("ix_parked_messages_key", table_name="parked_messages")
    op.drop_table("parked_messages")
    op.drop_index("ix_confirmations_post", table_name="confirmations")
    op.drop_table("confirmations")
    op.drop_index("ix_stakeholder_view_unlinked", table_name="stakeholder_view", postgresql_where=sa.text("NOT linked"))
    op.drop_index("ix_stakeholder_view_changed", table_name="stakeholder_view")
    op.drop_table("stakeholder_view")
    op.drop_index("ix_posts_url_key", table_name="posts")
    op.drop_index("ix_posts_author_stakeholder", table_name="posts")
    op.drop_index("ix_posts_author_account", table_name="posts")
    op.drop_table("posts")
    op.drop_table("post_imports")
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
    op.drop_index("ix_footprints_audited_at", table_name="footprints")
    op.drop_table("footprints")
    op.drop_index(op.f("ix_audits_due_stakeholder_id"), table_name="audits_due")
    op.drop_table("audits_due")
    op.execute(sa.schema.DropSequence(sa.Sequence("directory_changes")))
