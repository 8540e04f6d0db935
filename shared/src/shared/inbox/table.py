"""The inbox table."""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, Table, Text, Uuid, text

from shared.db.metadata import UtcDateTime


def inbox_table(metadata: MetaData) -> Table:
    """One row per message and consumer: a message may be handled once per consumer."""
    table = Table(
        "inbox_messages",
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("message_id", Uuid, primary_key=True),
        Column("received_at", UtcDateTime, nullable=False, server_default=text("now()")),
    )
    Index("ix_inbox_messages_received", table.c.received_at)
    return table
