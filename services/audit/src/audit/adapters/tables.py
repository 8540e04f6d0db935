"""Tables of the audit."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.changelog.tables import changelog_tables
from shared.db.metadata import UtcDateTime, new_metadata
from shared.inbox.table import inbox_table
from shared.outbox.table import outbox_table
from shared.web.idempotency import idempotency_table

metadata = new_metadata()

directory_changes = Sequence("directory_changes", metadata=metadata)

stakeholder_view = Table(
    "stakeholder_view",
    metadata,
    Column("stakeholder_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("accounts", JSONB, nullable=False),
    Column("erased", Boolean, nullable=False, server_default=text("false")),
    Column("changed", BigInteger, directory_changes, nullable=False),
    Column("linked", Boolean, nullable=False, server_default=text("false")),
)
Index("ix_stakeholder_view_changed", stakeholder_view.c.changed)
Index("ix_stakeholder_view_unlinked", stakeholder_view.c.stakeholder_id, postgresql_where=text("NOT linked"))

posts = Table(
    "posts",
    metadata,
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("platform", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("url", Text, nullable=True),
    Column("url_key", Text, nullable=True),
    Column("author_handle", Text, nullable=False),
    Column("author_account", Text, nullable=False),
    Column("author_name", Text, nullable=True),
    Column("author_stakeholder_id", Text, nullable=True),
    Column("text", Text, nullable=False),
    Column("text_sha256", Text, nullable=False),
    Column("media_text", Text, nullable=True),
    Column("mentions", JSONB, nullable=False),
    Column("links", JSONB, nullable=False),
    Column("repost_of", Text, nullable=True),
    Column("reply_to", Text, nullable=True),
    Column("posted_at", UtcDateTime, nullable=True),
    Column("captured_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("deleted_at", UtcDateTime, nullable=True),
    UniqueConstraint("platform", "external_id"),
    CheckConstraint("version > 0", name="version_counts_from_one"),
    CheckConstraint("state IN ('captured', 'deleted', 'erased')", name="state_is_known"),
)
Index("ix_posts_author_account", posts.c.platform, posts.c.author_account, posts.c.id)
Index("ix_posts_author_stakeholder", posts.c.author_stakeholder_id, posts.c.posted_at)
Index("ix_posts_url_key", posts.c.url_key)

post_mentions = Table(
    "post_mentions",
    metadata,
    Column("post_id", Uuid(as_uuid=False), ForeignKey("posts.id"), primary_key=True),
    Column("stakeholder_id", Text, primary_key=True),
    Column("matched_by", Text, nullable=False),
)
Index("ix_post_mentions_stakeholder", post_mentions.c.stakeholder_id, post_mentions.c.post_id)

post_texts = Table(
    "post_texts",
    metadata,
    Column("post_id", Uuid(as_uuid=False), ForeignKey("posts.id"), primary_key=True),
    Column("text_sha256", Text, primary_key=True),
    Column("captured_at", UtcDateTime, primary_key=True),
)

confirmations = Table(
    "confirmations",
    metadata,
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("sequence", BigInteger, Identity(always=True), nullable=False),
    Column("post_id", Uuid(as_uuid=False), ForeignKey("posts.id"), nullable=False),
    Column("text_sha256", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("confirmed_by", Text, nullable=False),
    Column("confirmed_by_name", Text, nullable=False),
    Column("confirmed_at", UtcDateTime, nullable=False),
    Column("valid_until", UtcDateTime, nullable=False),
    CheckConstraint("seen IN ('unchanged', 'changed', 'deleted')", name="seen_is_known"),
)
Index("ix_confirmations_post", confirmations.c.post_id, confirmations.c.sequence)

post_imports = Table(
    "post_imports",
    metadata,
    Column("id", Uuid(as_uuid=False), primary_key=True),
    Column("shape", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("author", Text, nullable=True),
    Column("file_sha256", Text, nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime, nullable=True),
    Column("posts", Integer, nullable=False),
    Column("captured", Integer, nullable=False, server_default=text("0")),
    Column("updated", Integer, nullable=False, server_default=text("0")),
    Column("unchanged", Integer, nullable=False, server_default=text("0")),
    Column("repaired", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
)

footprints = Table(
    "footprints",
    metadata,
    Column("stakeholder_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("audited_at", UtcDateTime, nullable=False),
    Column("window_from", UtcDateTime, nullable=False),
    Column("window_to", UtcDateTime, nullable=False),
    Column("thresholds", Text, nullable=False),
    Column("activity", Text, nullable=False),
    Column("channels", JSONB, nullable=False),
    Column("own_posts", Integer, nullable=False),
    Column("mentions_by_others", Integer, nullable=False),
    Column("mentioned_by", Integer, nullable=False),
)
Index("ix_footprints_audited_at", footprints.c.audited_at)

audits_due = Table(
    "audits_due",
    metadata,
    Column("sequence", BigInteger, Identity(always=True), primary_key=True),
    Column("stakeholder_id", Text, nullable=False, index=True),
    Column("since", UtcDateTime, nullable=False, server_default=text("now()")),
)

changelog = changelog_tables(metadata, id_type=Text())
idempotency_keys = idempotency_table(metadata)
outbox = outbox_table(metadata)
inbox = inbox_table(metadata)
