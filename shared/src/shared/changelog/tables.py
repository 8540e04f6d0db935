"""The changelog's tables; every service that keeps one has them in its own database."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Date, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from shared.db.metadata import UtcDateTime

NEW_SALT = "decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')"
"""32 bytes that nobody can guess: without them the hash of a change tells nothing about it."""


@dataclass(frozen=True, slots=True)
class ChangelogTables:
    """`changes` has one row per version of an aggregate, `digests` one per day that is over."""

    changes: Table
    digests: Table


def changelog_tables(metadata: MetaData, *, id_type: TypeEngine[str]) -> ChangelogTables:
    """`id_type` is the type of the aggregates' ids."""
    changes = Table(
        "changes",
        metadata,
        Column("aggregate_id", id_type, primary_key=True),
        Column("version", Integer, primary_key=True),
        Column("what", Text, nullable=False),
        Column("changed_by", Text, nullable=False),
        Column("reason", Text, nullable=True),
        Column("old", JSONB, nullable=False),
        Column("new", JSONB, nullable=False),
        Column("changed_at", UtcDateTime, nullable=False, server_default=text("now()"), index=True),
        Column("salt", LargeBinary, nullable=False, server_default=text(NEW_SALT)),
    )
    digests = Table(
        "changelog_digests",
        metadata,
        Column("day", Date, primary_key=True),
        Column("changes", Integer, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("hashes", LargeBinary, nullable=False, comment="of every change of the day, one after the other"),
        Column("digested_at", UtcDateTime, nullable=False, server_default=text("now()")),
    )
    return ChangelogTables(changes, digests)
