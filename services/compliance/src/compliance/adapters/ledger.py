"""Ledger rows, written for every recorded event before anything is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import Counter

from compliance.adapters.tables import ledger
from compliance.application.ledger import LedgerEntry, entry_of
from shared.db.unit_of_work import Publish, SqlUnitOfWork
from shared.kernel.events import DomainEvent

STATE_CHANGES = Counter("compliance_state_changes_total", "State changes of the gate by kind", ["what"])

_log = structlog.get_logger()


def recording(publish: Publish) -> Publish:
    """Write one ledger row per state change, then let `publish` add what becomes public; one transaction."""

    async def record(uow: SqlUnitOfWork, events: Sequence[DomainEvent]) -> None:
        entries = [entry_of(event) for event in events]
        for entry in entries:
            uow.stage(ledger, _row(entry))
        await publish(uow, events)
        for entry in entries:
            _tell(entry)

    return record


def _row(entry: LedgerEntry) -> dict[str, Any]:
    return {
        **{name: value for name, value in entry.leaf.items() if name not in ("at", "evidence")},
        "at": datetime.fromisoformat(entry.leaf["at"]),
        "leaf": entry.written,
        "leaf_sha256": entry.sha256,
    }


def _tell(entry: LedgerEntry) -> None:
    """One line per change, without names or texts; a rolled back one is repeated with the transaction."""
    leaf = entry.leaf
    STATE_CHANGES.labels(what=leaf["what"]).inc()
    _log.info(
        f"gate.{leaf['what']}",
        aggregate_id=leaf["aggregate_id"],
        version=leaf["aggregate_version"],
        old_state=leaf["old_state"],
        new_state=leaf["new_state"],
    )
