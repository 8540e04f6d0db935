"""Tables of aftercare: records as documents, with columns beside them to find them by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from compliance.adapters.tables import metadata
from shared.db.metadata import UtcDateTime


def _records(name: str, *more: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        Column("action_id", Text, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("state", Text, nullable=False),
        Column("stakeholder_id", Text, nullable=False),
        *more,
        Column("document", JSONB, nullable=False),
        Column("changed_at", UtcDateTime, nullable=False, server_default=text("now()")),
    )


take_downs = _records(
    "take_downs",
    Column("due_at", UtcDateTime, nullable=False),
    Column("escalated_at", UtcDateTime, nullable=True),
)
UNSETTLED = "state <> 'closed'"
Index("ix_take_downs_due", take_downs.c.due_at, take_downs.c.action_id, postgresql_where=text(UNSETTLED))

watches = _records(
    "watches",
    Column("next_due_at", UtcDateTime, nullable=True),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("post_keys", JSONB, nullable=False),
)
Index("ix_watches_listed", watches.c.state, watches.c.next_due_at, watches.c.action_id)
Index("ix_watches_post_keys", watches.c.post_keys, postgresql_using="gin", postgresql_where=text("state = 'open'"))
