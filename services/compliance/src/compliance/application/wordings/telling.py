"""What others hear of wordings."""

from __future__ import annotations

from compliance.domain.wordings.wording import WordingSuspended
from shared.contracts import compliance as published
from shared.contracts.envelope import IntegrationEvent
from shared.kernel.events import DomainEvent


def wording_event(event: DomainEvent) -> IntegrationEvent | None:
    """A suspension, with everything that was released under the wording; None for all else."""
    if not isinstance(event, WordingSuspended):
        return None
    return published.WordingSuspendedV1(
        wording_id=event.aggregate_id,
        version=event.version,
        edition=event.edition,
        name=event.name,
        suspended_by=event.occasion.by,
        suspended_at=event.occasion.at,
        reason=event.occasion.why,
        releases=tuple(
            published.ReleaseUnderWordingV1(
                permit_id=each.permit_id, action_id=each.action_id, edition=each.edition, state=each.state
            )
            for each in event.releases
        ),
    )
