"""What the registry listens to."""

from __future__ import annotations

from registry.application.policies import on_action_completed
from shared.contracts.planner import ActionCompletedV1
from shared.messaging.subscription import Subscription

SUBSCRIPTIONS = (Subscription((ActionCompletedV1,), on_action_completed),)
