"""Tables beside the ledger: what is personal, what waits for the tree, and the tree's complete subtrees."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from compliance.adapters.tables import metadata
from shared.db.metadata import UtcDateTime

ledger_personal = Table(
    "ledger_personal",
    metadata,
    Column("entry_id", Uuid(as_uuid=False), primary_key=True),
    Column("about", Text, nullable=True),
    Column("who", JSONB, nullable=False),
    Column("personal", JSONB(none_as_null=True), nullable=True, comment="null once the person is erased"),
    Column("erased_at", UtcDateTime, nullable=True),
)
Index(
    "ix_ledger_personal_about",
    ledger_personal.c.about,
    postgresql_where=text("about IS NOT NULL AND personal IS NOT NULL"),
)

ledger_pending = Table(
    "ledger_pending",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("noted_at", UtcDateTime, nullable=False, server_default=text("now()")),
)

ledger_nodes = Table(
    "ledger_nodes",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("sequence", BigInteger, nullable=True, comment="the entry, at level 0"),
)
Index(
    "uq_ledger_nodes_sequence",
    ledger_nodes.c.sequence,
    unique=True,
    postgresql_where=text("sequence IS NOT NULL"),
)

ledger_checkpoints = Table(
    "ledger_checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("written_at", UtcDateTime, nullable=False, server_default=text("now()")),
)
