"""What the registry does when something happened elsewhere. Policies never commit; the consumer runner does."""

from __future__ import annotations

from registry.application.ports import RegistryUnitOfWork
from registry.domain.relationship import after_completed_action
from shared.contracts.envelope import Envelope
from shared.contracts.planner import ActionCompletedV1
from shared.kernel.errors import NotFound


async def on_action_completed(event: ActionCompletedV1, envelope: Envelope, uow: RegistryUnitOfWork) -> None:
    """An act towards somebody was carried out: the relationship moves one stage. Nobody known: nothing to move."""
    if event.outcome != "done":
        return
    try:
        stakeholder = await uow.stakeholders.get(event.stakeholder_id)
    except NotFound:
        return
    stage = after_completed_action(stakeholder.state.stage)
    stakeholder.move_to(stage, by=envelope.source, reason=f"action {event.action_id} completed")
    await uow.stakeholders.save(stakeholder)
