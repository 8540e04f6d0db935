"""The one place where a domain event of the planner becomes public."""

from __future__ import annotations

from dataclasses import asdict

from planner.domain.events import (
    ActionCompleted,
    ActionSubmitted,
    ActionWithdrawn,
    PlanApproved,
    PlanChanged,
    PlanClosed,
    PlanSubmitted,
)
from shared.changelog.days import ChangelogDigested
from shared.contracts.changelog import PlannerChangelogDigestedV1
from shared.contracts.envelope import IntegrationEvent
from shared.contracts.planner import (
    ActionCompletedV1,
    ActionRevisedV1,
    ActionSubmittedV1,
    ActionWithdrawnV1,
    PlanApprovedV1,
    PlanChangedV1,
    PlanClosedV1,
    PlanSubmittedV1,
)
from shared.kernel.events import DomainEvent


def to_integration_event(event: DomainEvent) -> IntegrationEvent | None:
    """The public fact behind `event`, or None where it stays inside: drafts are nobody else's business."""
    if isinstance(event, ActionSubmitted):
        return _submission(event)
    if isinstance(event, ActionWithdrawn) and event.was_submitted:
        return ActionWithdrawnV1(
            action_id=event.action_id, version=event.version, withdrawn_by=event.withdrawn_by, reason=event.reason
        )
    if isinstance(event, ActionCompleted):
        return ActionCompletedV1.model_validate(event, from_attributes=True)
    return _plan(event)


def _plan(event: DomainEvent) -> IntegrationEvent | None:
    match event:
        case PlanSubmitted():
            return PlanSubmittedV1(plan_id=event.plan_id, **asdict(event.submission))
        case PlanApproved():
            return PlanApprovedV1.model_validate(event, from_attributes=True)
        case PlanChanged():
            return PlanChangedV1.model_validate(event, from_attributes=True)
        case PlanClosed():
            return PlanClosedV1.model_validate(event, from_attributes=True)
        case ChangelogDigested():
            return PlannerChangelogDigestedV1.model_validate(event, from_attributes=True)
        case _:
            return None


def _submission(event: ActionSubmitted) -> IntegrationEvent:
    contract = ActionRevisedV1 if event.revision else ActionSubmittedV1
    return contract(
        action_id=event.action_id,
        version=event.version,
        plan_id=event.plan_id,
        stakeholder_id=event.stakeholder_id,
        snapshot=dict(event.snapshot),
        snapshot_sha256=event.snapshot_sha256,
        submitted_by=event.submitted_by,
        submitted_by_name=event.submitted_by_name,
        edited_by=event.edited_by,
        submitted_at=event.submitted_at,
    )
