"""What the planner listens to."""

from __future__ import annotations

from planner.application import policies
from shared.contracts.compliance import (
    ActionRecalledV1,
    ActionReleasedV1,
    CaseApprovedV1,
    CaseChangesRequestedV1,
    CaseExpiredV1,
    CaseInReviewV1,
    CasePausedV1,
    CaseRejectedV1,
    CaseResumedV1,
    CaseScreenedV1,
    CaseVoidedV1,
    PermitRedeemedV1,
    PlanScreenedV1,
    RuleSetActivatedV1,
)
from shared.contracts.registry import STAKEHOLDER_STATES, EngagerUpdatedV1, StakeholderErasedV1
from shared.messaging.subscription import Subscription

CASE_STATES = (
    CaseScreenedV1,
    CaseInReviewV1,
    CaseChangesRequestedV1,
    CaseApprovedV1,
    CaseRejectedV1,
    CasePausedV1,
    CaseResumedV1,
    CaseExpiredV1,
    CaseVoidedV1,
)

SUBSCRIPTIONS = (
    Subscription(STAKEHOLDER_STATES, policies.on_stakeholder_state),
    Subscription((StakeholderErasedV1,), policies.on_stakeholder_erased),
    Subscription((EngagerUpdatedV1,), policies.on_engager_state),
    Subscription(CASE_STATES, policies.on_case_state),
    Subscription((PlanScreenedV1,), policies.on_plan_screened),
    Subscription((RuleSetActivatedV1,), policies.on_rule_set_activated),
    Subscription((ActionReleasedV1,), policies.on_released),
    Subscription((PermitRedeemedV1,), policies.on_redeemed),
    Subscription((ActionRecalledV1,), policies.on_recalled),
)
