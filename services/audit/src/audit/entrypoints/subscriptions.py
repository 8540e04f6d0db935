"""What the audit listens to."""

from __future__ import annotations

from audit.application.policies import on_stakeholder_changed, on_stakeholder_erased
from shared.contracts.registry import STAKEHOLDER_STATES, StakeholderErasedV1
from shared.messaging.subscription import Subscription

SUBSCRIPTIONS = (
    Subscription(STAKEHOLDER_STATES, on_stakeholder_changed),
    Subscription((StakeholderErasedV1,), on_stakeholder_erased),
)
