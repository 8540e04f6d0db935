"""Tables of the gate. Snapshots, findings and votes are documents: they are read and written as a whole."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.metadata import UtcDateTime, new_metadata
from shared.inbox.table import inbox_table
from shared.outbox.table import outbox_table

metadata = new_metadata()


def _shown(name: str, kind: type[Text | Integer | Boolean], expression: str) -> Column[Any]:
    """What lists show of a document, kept beside it by the database: a list reads no documents."""
    return Column(name, kind, Computed(expression, persisted=True))


cases = Table(
    "cases",
    metadata,
    Column("action_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("action_version", Integer, nullable=False),
    Column("stakeholder_id", Text, nullable=False),
    Column("snapshot", JSONB, nullable=False),
    Column("snapshot_sha256", Text, nullable=False),
    Column("content_sha256", Text, nullable=False),
    Column("submitted_by", Text, nullable=False),
    Column("submitted_by_name", Text, nullable=False),
    Column("edited_by", JSONB, nullable=False),
    Column("slot_start", UtcDateTime, nullable=True),
    Column("slot_end", UtcDateTime, nullable=True),
    Column("verdict", Text, nullable=True),
    Column("judgement", JSONB, nullable=True),
    Column("votes", JSONB, nullable=False),
    Column("overrides", JSONB, nullable=False, server_default=text("'[]'")),
    Column("stops", JSONB, nullable=False),
    Column("resume_to", Text, nullable=True),
    Column("permit_id", Text, nullable=True),
    Column("pre_approval", JSONB(none_as_null=True), nullable=True),
    Column("post_keys", JSONB, nullable=False, server_default=text("'[]'")),
    Column("erased_at", UtcDateTime, nullable=True),
    Column("opened_at", UtcDateTime, nullable=False, server_default=text("now()")),
    Column("changed_at", UtcDateTime, nullable=False, server_default=text("now()")),
    _shown("action_type", Text, "snapshot ->> 'type'::text"),
    _shown("platform", Text, "(snapshot -> 'channel'::text) ->> 'platform'::text"),
    _shown("opening_words", Text, "left(snapshot ->> 'text'::text, 400)"),
    _shown("findings", Integer, "jsonb_array_length(coalesce(judgement -> 'findings'::text, '[]'::jsonb))"),
    _shown("safety_handover", Boolean, "coalesce(judgement @> '{\"safety_handover\": true}'::jsonb, false)"),
)
SLOT_SQL = "coalesce(slot_start, 'infinity'::timestamptz)"
"""What lists of cases are sorted by: without a slot they come last."""
QUEUED_SQL = "state IN ('in_review', 'approved', 'paused', 'released')"
Index("ix_cases_queue", cases.c.state, text(SLOT_SQL), cases.c.action_id)
Index("ix_cases_by_slot", text(SLOT_SQL), cases.c.action_id)
Index("ix_cases_person", cases.c.stakeholder_id, postgresql_where=text(QUEUED_SQL))
Index("ix_cases_post_keys", cases.c.post_keys, postgresql_using="gin", postgresql_where=text(QUEUED_SQL))
Index(
    "ix_cases_wording",
    text("(pre_approval -> 'wording' ->> 'wording_id')"),
    postgresql_where=text(f"pre_approval IS NOT NULL AND {QUEUED_SQL}"),
)
Index("ix_cases_not_erased", cases.c.stakeholder_id, postgresql_where=text("erased_at IS NULL"))
Index("ix_cases_due", cases.c.slot_start, postgresql_where=text("state = 'approved'"))
Index("ix_cases_over", cases.c.slot_end, postgresql_where=text(QUEUED_SQL))

case_versions = Table(
    "case_versions",
    metadata,
    Column("action_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("row", JSONB, nullable=False),
    comment="cases as they were before another submission or judgement took the place of theirs",
)

permits = Table(
    "permits",
    metadata,
    Column("permit_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("action_id", Text, nullable=False, index=True),
    Column("stakeholder_id", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("content_sha256", Text, nullable=False),
    Column("snapshot_sha256", Text, nullable=False),
    Column("rule_set", Text, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("token", Text, nullable=False),
    Column("wording", JSONB(none_as_null=True), nullable=True),
    Column("case_version", Integer, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("redeemed_at", UtcDateTime, nullable=True),
    Column("revoked_at", UtcDateTime, nullable=True),
    Column("revoked_for", Text, nullable=True),
)
Index("ix_permits_revoked", permits.c.audience, permits.c.revoked_at, postgresql_where=text("revoked_at IS NOT NULL"))
Index(
    "ix_permits_wording",
    text("(wording ->> 'wording_id')"),
    permits.c.permit_id,
    postgresql_where=text("wording IS NOT NULL"),
)
Index("ix_permits_expires", permits.c.expires_at)
Index("ix_permits_contacts", permits.c.stakeholder_id, permits.c.issued_at)
Index(
    "uq_permits_one_in_force",
    permits.c.action_id,
    unique=True,
    postgresql_where=text("state IN ('issued', 'redeemed')"),
)


def _forwarded(name: str, key: str, *more: Column[Any]) -> Table:
    """The table of one desk's forwarded cases. `stages` are the escalations, `next_stage_at` the next of them."""
    table = Table(
        name,
        metadata,
        Column(key, Text, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("state", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("source_id", Text, nullable=False),
        Column("stakeholder_id", Text, nullable=True),
        Column("quote", Text, nullable=False),
        Column("quote_sha256", Text, nullable=False),
        Column("texts", JSONB, nullable=False, server_default=text("'[]'")),
        Column("evidence", JSONB, nullable=False, server_default=text("'[]'")),
        Column("author", Text, nullable=True),
        Column("url", Text, nullable=True),
        Column("post_keys", JSONB, nullable=False, server_default=text("'[]'")),
        Column("country", Text, nullable=True),
        Column("country_known", Boolean, nullable=False, server_default=text("false")),
        Column("found_by", JSONB, nullable=False, server_default=text("'{}'")),
        Column("first_seen_at", UtcDateTime, nullable=False),
        Column("due_at", UtcDateTime, nullable=False),
        Column("timezone", Text, nullable=False, server_default=text("'UTC'")),
        Column("calendar", Text, nullable=False, server_default=text("''")),
        Column("stages", JSONB, nullable=False, server_default=text("'[]'")),
        Column("next_stage_at", UtcDateTime, nullable=True),
        Column("acknowledged_by", Text, nullable=True),
        Column("acknowledged_at", UtcDateTime, nullable=True),
        Column("handed_over_by", Text, nullable=True),
        Column("handed_over_at", UtcDateTime, nullable=True),
        Column("closing", JSONB, nullable=True),
        *more,
        UniqueConstraint("source", "source_id", "quote_sha256"),
    )
    waiting = text("state IN ('open', 'acknowledged')")
    Index(f"ix_{name}_waiting", table.c.stakeholder_id, postgresql_where=waiting)
    Index(f"ix_{name}_due", table.c.due_at, table.c[key])
    Index(f"ix_{name}_next_stage", table.c.next_stage_at, postgresql_where=text("next_stage_at IS NOT NULL"))
    Index(f"ix_{name}_post_keys", table.c.post_keys, postgresql_using="gin", postgresql_where=text("state <> 'closed'"))
    return table


safety_cases = _forwarded(
    "safety_cases",
    "safety_case_id",
    Column("criteria", JSONB, nullable=False),
    Column("places", JSONB, nullable=False, server_default=text("'{}'")),
    Column("situations", JSONB, nullable=False, server_default=text("'[]'")),
    Column("qualification", Text, nullable=False, server_default=text("'consumer'")),
    Column("qualification_known", Boolean, nullable=False, server_default=text("false")),
    Column("corrections", JSONB, nullable=False, server_default=text("'[]'")),
)
medical_information_cases = _forwarded(
    "medical_information_cases",
    "medical_information_case_id",
    Column("products", JSONB, nullable=False),
    Column("topics", JSONB, nullable=False),
)

people = Table(
    "people_view",
    metadata,
    Column("stakeholder_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("erased", Boolean, nullable=False),
)
Index("ix_people_view_erased", people.c.stakeholder_id, postgresql_where=text("erased"))

engagers = Table(
    "engagers_view",
    metadata,
    Column("engager_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("authorised_platforms", JSONB, nullable=False),
)

rule_sets = Table(
    "rule_sets",
    metadata,
    Column("id", Text, primary_key=True, server_default=text("'rule_set'")),
    Column("version", Integer, nullable=False),
    Column("rule_set", Text, nullable=False),
    Column("rules", Integer, nullable=False),
    Column("activated_at", UtcDateTime, nullable=False, server_default=text("now()")),
)

channels = Table(
    "channels",
    metadata,
    Column("channel_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("account", Text, nullable=True),
    Column("country", Text, nullable=True),
    Column("hold", Text, nullable=False),
    Column("moderation_owner", Text, nullable=True),
    Column("screening_owner", Text, nullable=True),
    Column("executor", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False, server_default=text("now()")),
)
Index("uq_channels_one_account", channels.c.platform, text("coalesce(account, '')"), unique=True)

rule_set_versions = Table(
    "rule_set_versions",
    metadata,
    Column("rule_set", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("files", JSONB, nullable=False),
    Column("rules", Integer, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False),
)

rehearsals = Table(
    "rehearsals",
    metadata,
    Column("rehearsal_id", Text, primary_key=True),
    Column("rule_set", Text, nullable=False),
    Column("against", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("noted_at", UtcDateTime, nullable=False, server_default=text("now()")),
    Column("message", Text, nullable=True),
    Column("summary", JSONB, nullable=True),
    Column("changes", JSONB, nullable=True),
)

signatures = Table(
    "signatures",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("authenticated_at", UtcDateTime, primary_key=True),
    Column("name", Text, nullable=False),
    Column("action_id", Text, nullable=True, index=True),
    Column("case_version", Integer, nullable=True),
    Column("wording_id", Text, nullable=True),
    Column("samples", JSONB(none_as_null=True), nullable=True),
    Column("content_sha256", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("meaning", Text, nullable=False),
    Column("step", Text, nullable=True),
    Column("capacity", Text, nullable=True),
    Column("on_behalf_of", Text, nullable=True),
    Column("absence_id", Text, nullable=True),
    Column("changes_sha256", Text, nullable=True),
    Column("signed_at", UtcDateTime, nullable=False),
    Column("rule_set", Text, nullable=True),
    Column("rules", JSONB, nullable=True),
    CheckConstraint("num_nonnulls(action_id, wording_id, samples) = 1", name="one_matter"),
)
Index("ix_signatures_overrides", signatures.c.signed_at, postgresql_where=text("rules IS NOT NULL"))

release_holds = Table(
    "release_holds",
    metadata,
    Column("action_id", Text, primary_key=True),
    Column("holds", JSONB, nullable=False),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("noted_at", UtcDateTime, nullable=False, server_default=text("now()")),
)

plan_screenings = Table(
    "plan_screenings",
    metadata,
    Column("plan_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("plan", JSONB, nullable=False),
    Column("plan_sha256", Text, nullable=False),
    Column("submitted_by", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("findings", JSONB, nullable=False),
    Column("rule_set", Text, nullable=False),
    Column("screened_at", UtcDateTime, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("sequence", BigInteger, Identity(always=True), primary_key=True),
    Column("entry_id", Uuid(as_uuid=False), nullable=False, unique=True),
    Column("aggregate", Text, nullable=False),
    Column("aggregate_id", Text, nullable=False),
    Column("aggregate_version", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("old_state", Text, nullable=True),
    Column("new_state", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("leaf_sha256", Text, nullable=False),
    UniqueConstraint("aggregate", "aggregate_id", "aggregate_version"),
)

outbox = outbox_table(metadata)
inbox = inbox_table(metadata)
