"""The outbox table, its wake-up trigger, and the migration steps that create both."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, LargeBinary, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.metadata import UtcDateTime

CHANNEL = "outbox"
"""NOTIFY channel; every service has its own database, so the name needs no prefix."""


def outbox_table(metadata: MetaData) -> Table:
    """Columns map onto Debezium's event router, so that CDC stays possible without a schema change.

    `sequence` orders the rows of one aggregate: its writers hold the aggregate's row lock when they draw it.
    """
    table = Table(
        "outbox_messages",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("sequence", BigInteger, Identity(always=True), nullable=False, unique=True),
        Column("topic", Text, nullable=False),
        Column("aggregate_id", Text, nullable=False),
        Column("type", Text, nullable=False),
        Column("payload", LargeBinary, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("occurred_at", UtcDateTime, nullable=False, server_default=text("now()")),
        Column("published_at", UtcDateTime, nullable=True),
        Column("attempts", Integer, nullable=False, server_default=text("0")),
        Column("last_error", Text, nullable=True),
    )
    Index("ix_outbox_messages_waiting", table.c.sequence, postgresql_where=table.c.published_at.is_(None))
    Index("ix_outbox_messages_published", table.c.published_at, postgresql_where=table.c.published_at.is_not(None))
    return table


CREATE_TRIGGER = (
    """CREATE FUNCTION outbox_wake() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$""",
    """CREATE TRIGGER outbox_wake AFTER INSERT ON outbox_messages
       FOR EACH STATEMENT EXECUTE FUNCTION outbox_wake()""",
)
"""Run in the migration that creates the table: a commit wakes the relay."""

DROP_TRIGGER = ("DROP TRIGGER outbox_wake ON outbox_messages", "DROP FUNCTION outbox_wake()")
