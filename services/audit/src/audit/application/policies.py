"""Whenever the registry changes, the audit's copy of its people follows. Policies never commit."""

from __future__ import annotations

from audit.application.ports import AuditUnitOfWork
from audit.domain.handles import account
from audit.domain.people import Person
from shared.contracts.envelope import Envelope
from shared.contracts.registry import StakeholderErasedV1, StakeholderStateV1


async def on_stakeholder_changed(event: StakeholderStateV1, _envelope: Envelope, uow: AuditUnitOfWork) -> None:
    """Keep the newest state, whatever type carried it, and have a new or renamed person audited."""
    accounts = tuple(sorted({account(handle.platform, handle.name) for handle in event.handles}))
    await uow.people.put(Person(event.stakeholder_id, event.name, accounts), event.version)


async def on_stakeholder_erased(event: StakeholderErasedV1, _envelope: Envelope, uow: AuditUnitOfWork) -> None:
    """Forget name and accounts at once; posts, links and the footprint follow in the next linking pass."""
    await uow.people.erase(event.stakeholder_id, event.version)
