"""Ledger rows, written for every recorded event before anything is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import Counter

from compliance.adapters.proof.tables import ledger_personal
from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.tables import ledger
from compliance.application.ledger import LedgerEntry, entry_of
from compliance.domain.events import StateChange
from shared.db.unit_of_work import Publish, SqlUnitOfWork
from shared.kernel.events import DomainEvent
from shared.kernel.ids import new_id

STATE_CHANGES = Counter("compliance_state_changes_total", "State changes of the gate by kind", ["what"])

_COLUMNS = ("entry_id", "aggregate", "aggregate_id", "aggregate_version", "what", "old_state", "new_state")

_log = structlog.get_logger()


def recording(publish: Publish) -> Publish:
    """Write one ledger row per state change, then let `publish` add what becomes public; one transaction."""

    async def record(uow: SqlUnitOfWork, events: Sequence[DomainEvent]) -> None:
        entries = [entry_of(event, new_id(), row=_row_of(event, uow)) for event in events]
        for entry in entries:
            uow.stage(ledger, _row(entry))
            uow.stage(ledger_personal, _personal_row(entry))
        await publish(uow, events)
        for entry in entries:
            _tell(entry)

    return record


def _row_of(event: DomainEvent, uow: SqlUnitOfWork) -> Any:
    if isinstance(event, StateChange) and isinstance(uow, RecordedUnitOfWork):
        return uow.written(event.AGGREGATE, event.aggregate_id, event.version)
    return None


def _row(entry: LedgerEntry) -> dict[str, Any]:
    return {
        **{name: entry.leaf[name] for name in _COLUMNS},
        "at": datetime.fromisoformat(entry.leaf["at"]),
        "leaf": entry.written,
        "leaf_sha256": entry.sha256,
    }


def _personal_row(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "entry_id": entry.leaf["entry_id"],
        "about": entry.about,
        "who": entry.who.as_json(),
        "personal": {name: opening.as_json() for name, opening in entry.personal.items()},
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
