"""What leaves the gate about the clock of reviews."""

from __future__ import annotations

from compliance.domain.circulations.notices import ReviewEscalated, ReviewNoted
from shared.contracts.envelope import IntegrationEvent
from shared.contracts.review_events import ReviewEscalatedV1, ReviewRemindedV1
from shared.kernel.events import DomainEvent


def review_notice(event: DomainEvent) -> IntegrationEvent | None:
    """The public form of a reminder or an escalation; None for all else."""
    if not isinstance(event, ReviewNoted):
        return None
    contract = ReviewEscalatedV1 if isinstance(event, ReviewEscalated) else ReviewRemindedV1
    return contract(
        action_id=event.action_id,
        version=event.version,
        action_version=event.action_version,
        circulation=event.number,
        percent=event.percent,
        entered_at=event.entered_at,
        due_at=event.due_at,
        notify=event.notify,
    )
