"""What leaves the gate, and in which words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from compliance.application.aftercare.events import take_down_event, watch_event
from compliance.application.forwarded_events import forwarded_event
from compliance.domain import case_events, permit
from compliance.domain.aftercare.take_down import TakeDownChanged
from compliance.domain.aftercare.watch import WatchChanged
from compliance.domain.forwarded_case import ForwardedCaseChanged
from compliance.domain.plan_screening import PlanScreened
from compliance.domain.rule_set import RuleSetActivated
from shared.contracts import compliance as published
from shared.contracts.envelope import IntegrationEvent
from shared.kernel.events import DomainEvent

_CASE_TYPES: dict[type[case_events.CaseChanged], type[published.CaseStateV1]] = {
    case_events.CaseScreened: published.CaseScreenedV1,
    case_events.CaseOverridden: published.CaseInReviewV1,
    case_events.CaseApproved: published.CaseApprovedV1,
    case_events.CaseChangesRequested: published.CaseChangesRequestedV1,
    case_events.CaseRejected: published.CaseRejectedV1,
    case_events.CasePaused: published.CasePausedV1,
    case_events.CaseStopsChanged: published.CasePausedV1,
    case_events.CaseResumed: published.CaseResumedV1,
    case_events.CaseExpired: published.CaseExpiredV1,
    case_events.CaseVoided: published.CaseVoidedV1,
    case_events.CaseWithdrawn: published.CaseVoidedV1,
}


def to_integration_event(event: DomainEvent) -> IntegrationEvent | None:
    """The public form of `event`; None for what stays inside."""
    return next((public(event) for kind, public in _PUBLIC if isinstance(event, kind)), None)


def in_review(event: DomainEvent) -> IntegrationEvent | None:
    """Beside the answer of the screen, the word that people are asked to decide, where they are."""
    if isinstance(event, case_events.CaseScreened) and event.new_state == "in_review":
        return _state_of(event, published.CaseInReviewV1)
    return None


def _case(event: case_events.CaseChanged) -> IntegrationEvent | None:
    contract = _CASE_TYPES.get(type(event))
    return None if contract is None else _state_of(event, contract)


def _state_of(event: case_events.CaseChanged, contract: type[published.CaseStateV1]) -> IntegrationEvent:
    view = event.case
    return contract.model_validate(
        {
            "action_id": view.action_id,
            "version": view.version,
            "action_version": view.action_version,
            "stakeholder_id": view.stakeholder_id,
            "state": view.state,
            "verdict": view.verdict,
            "findings": [
                {
                    "rule_id": finding.rule_id,
                    "severity": finding.severity,
                    "message": finding.message,
                    "remedy": finding.remedy,
                }
                for finding in view.findings
            ],
            "content_sha256": view.content_sha256,
            "snapshot_sha256": view.snapshot_sha256,
            "rule_set": view.rule_set,
            "by": event.occasion.by,
            "reason": event.occasion.why,
            **_changes(event),
        }
    )


def _changes(event: case_events.CaseChanged) -> dict[str, Any]:
    asks = isinstance(event, case_events.CaseChangesRequested)
    return {"changes": [change.as_json() for change in event.changes]} if asks else {}


def _plan(event: PlanScreened) -> IntegrationEvent:
    answer = event.answer
    return published.PlanScreenedV1(
        plan_id=event.aggregate_id,
        version=event.version,
        plan_sha256=event.plan_sha256,
        verdict=answer.verdict,
        findings=tuple(published.PlacedFindingV1.model_validate(finding.as_json()) for finding in answer.findings),
        rule_set=answer.rule_set,
        screened_at=event.occasion.at,
    )


def _release(event: permit.PermitChanged) -> IntegrationEvent | None:
    grant = event.grant
    if isinstance(event, permit.PermitIssued):
        return published.ActionReleasedV1(
            action_id=grant.action_id,
            version=grant.case_version,
            action_version=event.action_version,
            permit_id=grant.permit_id,
            permit=grant.token,
            audience=grant.audience,
            content=dict(grant.content),
            content_sha256=grant.content_sha256,
            not_before=grant.slot.start,
            expires_at=grant.slot.end,
        )
    if isinstance(event, permit.PermitRedeemed):
        return published.PermitRedeemedV1(
            action_id=grant.action_id,
            version=grant.case_version + 1,
            permit_id=grant.permit_id,
            audience=grant.audience,
            redeemed_at=event.occasion.at,
        )
    if isinstance(event, permit.PermitRecalled):
        return published.ActionRecalledV1(
            action_id=grant.action_id,
            version=event.case_version,
            permit_id=grant.permit_id,
            audience=grant.audience,
            recalled_at=event.occasion.at,
            code=event.code,
            was_redeemed=event.was_redeemed,
        )
    return None


def _rule_set(event: RuleSetActivated) -> IntegrationEvent:
    return published.RuleSetActivatedV1(
        rule_set=event.new_state,
        version=event.version,
        activated_by=event.occasion.by,
        activated_at=event.occasion.at,
        rules=event.rules,
    )


_PUBLIC: tuple[tuple[type[DomainEvent], Callable[[Any], IntegrationEvent | None]], ...] = (
    (case_events.CaseChanged, _case),
    (permit.PermitChanged, _release),
    (ForwardedCaseChanged, forwarded_event),
    (TakeDownChanged, take_down_event),
    (WatchChanged, watch_event),
    (PlanScreened, _plan),
    (RuleSetActivated, _rule_set),
)
