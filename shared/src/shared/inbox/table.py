"""The inbox table, and with it the tables of parked keys: whoever has an inbox can park."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.metadata import UtcDateTime

_NOW = text("now()")


def inbox_table(metadata: MetaData) -> Table:
    """One row per message and consumer: a message may be handled once per consumer.

    Adds `parked_keys` and `parked_messages` to `metadata` too.
    """
    table = Table(
        "inbox_messages",
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("message_id", Uuid, primary_key=True),
        Column("received_at", UtcDateTime, nullable=False, server_default=_NOW),
    )
    Index("ix_inbox_messages_received", table.c.received_at)
    _parked_keys(metadata)
    _parked_messages(metadata)
    return table


def _parked_keys(metadata: MetaData) -> None:
    """A row per key whose state is unknown: one of its messages could not be handled."""
    Table(
        "parked_keys",
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("topic", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("parked_at", UtcDateTime, nullable=False, server_default=_NOW),
        Column("replay_requested_at", UtcDateTime, nullable=True),
    )


def _parked_messages(metadata: MetaData) -> None:
    """The messages of parked keys in their order: `dead` ones failed, the others wait behind them."""
    Table(
        "parked_messages",
        metadata,
        Column("sequence", BigInteger, Identity(always=True), primary_key=True),
        Column("consumer", Text, nullable=False),
        Column("message_id", Uuid, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("payload", LargeBinary, nullable=True),
        Column("dead", Boolean, nullable=False),
        Column("error_class", Text, nullable=True),
        Column("error_message", Text, nullable=True),
        Column("attempts", Integer, nullable=False, server_default=text("0")),
        Column("parked_at", UtcDateTime, nullable=False, server_default=_NOW),
        ForeignKeyConstraint(
            ["consumer", "topic", "key"],
            ["parked_keys.consumer", "parked_keys.topic", "parked_keys.key"],
            name="fk_parked_messages_key_parked_keys",
        ),
        Index("ix_parked_messages_key", "consumer", "topic", "key", "sequence"),
        Index("uq_parked_messages_consumer_message_id", "consumer", "message_id", unique=True),
    )
