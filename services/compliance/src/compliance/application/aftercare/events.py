"""What leaves the gate about the time after a release."""

from __future__ import annotations

from typing import Any

from compliance.domain.aftercare.take_down import TakeDownChanged
from compliance.domain.aftercare.watch import WatchChanged, WatchClosed, WatchDecided, WatchOpened
from shared.contracts import compliance as published
from shared.contracts.envelope import IntegrationEvent


def watch_event(event: WatchChanged) -> IntegrationEvent | None:
    """Its beginning, with what is known of its end, and its end."""
    watched = event.watched
    common: dict[str, Any] = {"action_id": event.aggregate_id, "version": event.version}
    if isinstance(event, (WatchOpened, WatchDecided)):
        return published.WatchOpenedV1(**common, permit_id=watched.permit_id, ends_at=watched.ends_at)
    if isinstance(event, WatchClosed) and watched.outcome is not None:
        return published.WatchClosedV1(
            **common, permit_id=watched.permit_id, outcome=watched.outcome, closed_at=event.occasion.at
        )
    return None


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
