"""The registry's transaction: repositories, the outbox and the changelog in one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from registry.adapters.repositories import SqlEngagers, SqlStakeholders
from registry.adapters.rows import engager_row, stakeholder_row
from registry.adapters.tables import changelog, changes, outbox
from registry.application.integration_events import to_integration_event
from registry.domain.engager import EngagerUpdated
from registry.domain.stakeholder import StakeholderChanged
from shared.changelog.digests import SqlDigests
from shared.db.unit_of_work import Publish, SqlUnitOfWork
from shared.kernel.clock import Clock
from shared.kernel.events import DomainEvent
from shared.kernel.ids import IdFactory
from shared.outbox.writer import OutboxWriter

_DERIVED = {"id", "version", "name_key"}


class SqlRegistryUnitOfWork(SqlUnitOfWork):
    """Meets `RegistryUnitOfWork`."""

    def __init__(self, engine: AsyncEngine, publish: Publish) -> None:
        super().__init__(engine, publish)
        self.stakeholders = SqlStakeholders(self)
        self.engagers = SqlEngagers(self)
        self.digests = SqlDigests(self, changelog)


def publishing(*, clock: Clock, new_id: IdFactory) -> Publish:
    """Writes the outbox row and the changelog row (who, what, old, new, why) of every change."""
    to_outbox = OutboxWriter(outbox, source="registry", clock=clock, new_id=new_id).publishing(to_integration_event)

    async def publish(uow: SqlUnitOfWork, events: Sequence[DomainEvent]) -> None:
        for event in events:
            if isinstance(event, StakeholderChanged | EngagerUpdated):
                uow.stage(changes, _change_row(event))
        await to_outbox(uow, events)

    return publish


def _change_row(event: StakeholderChanged | EngagerUpdated) -> dict[str, Any]:
    if isinstance(event, StakeholderChanged):
        new = stakeholder_row(event.state)
        old = stakeholder_row(event.before) if event.before else {}
        reason = event.reason
    else:
        new, old, reason = engager_row(event.state), engager_row(event.before) if event.before else {}, None
    differing = [name for name in new if name not in _DERIVED and new[name] != old.get(name)]
    return {
        "aggregate_id": event.state.id,
        "version": event.state.version,
        "what": type(event).__name__,
        "changed_by": event.by,
        "reason": reason,
        "old": {name: _plain(old[name]) for name in differing if name in old},
        "new": {name: _plain(new[name]) for name in differing},
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
