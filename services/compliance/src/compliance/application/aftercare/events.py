"""What leaves the gate about the time after a release."""

from __future__ import annotations

from compliance.domain.aftercare.take_down import TakeDownChanged
from shared.contracts import compliance as published
from shared.contracts.envelope import IntegrationEvent


def take_down_event(event: TakeDownChanged) -> IntegrationEvent:
    """Every step of a take-down, without proof and reasons."""
    task = event.task
    return published.TakeDownChangedV1.model_validate(
        {
            "action_id": event.aggregate_id,
            "version": event.version,
            "permit_id": task.permit_id,
            "audience": task.audience,
            "state": event.new_state,
            "asked": task.asked,
            "due_at": task.due_at,
            "overdue": task.escalated_at is not None,
            "tell": event.tell,
            "outcome": task.outcome,
        }
    )
