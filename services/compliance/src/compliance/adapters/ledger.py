"""Ledger rows, written for every recorded event before anything is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import rfc8785
from shared.db.unit_of_work import Publish
from shared.kernel.events import DomainEvent
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from compliance.adapters.tables import ledger
from compliance.application.ledger import entry_of


def recording(publish: Publish) -> Publish:
    """Write one ledger row per state change, then let `publish` add what becomes public; one transaction."""

    async def record(connection: AsyncConnection, events: Sequence[DomainEvent]) -> None:
        entries = [entry_of(event) for event in events]
        rows = [
            {
                **{name: value for name, value in entry.leaf.items() if name not in ("at", "evidence")},
                "at": datetime.fromisoformat(entry.leaf["at"]),
                "leaf": rfc8785.dumps(dict(entry.leaf)),
                "leaf_sha256": entry.sha256,
            }
            for entry in entries
        ]
        await connection.execute(insert(ledger), rows)
        await publish(connection, events)

    return record
