"""What the gate listens to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from compliance.application.aftercare.watches import on_action_completed
from compliance.application.changelogs import on_changelog_digested
from compliance.application.gate import Gate
from compliance.application.people import on_engager_state, on_stakeholder_erased, on_stakeholder_state
from compliance.application.plans import on_plan_submitted
from compliance.application.ports.unit_of_work import OpenUnitOfWork
from compliance.application.safety import on_parked_post, on_post_captured
from compliance.application.submission import (
    foresee_submissions,
    on_action_withdrawn,
    on_parked_submission,
    on_unreadable_submission,
)
from shared.contracts.audit import PostCapturedV1
from shared.contracts.changelog import CHANGELOGS
from shared.contracts.planner import (
    ActionCompletedV1,
    ActionRevisedV1,
    ActionSubmittedV1,
    ActionWithdrawnV1,
    PlanSubmittedV1,
)
from shared.contracts.registry import STAKEHOLDER_STATES, EngagerUpdatedV1, StakeholderErasedV1
from shared.messaging.subscription import Subscription


def subscriptions(gate: Gate, open_uow: OpenUnitOfWork) -> Sequence[Subscription]:
    """Handlers bound to the gate's means."""
    return (
        Subscription(
            (ActionSubmittedV1, ActionRevisedV1),
            partial(on_unreadable_submission, gate=gate, open_uow=open_uow),
            foresee=partial(foresee_submissions, gate=gate),
            while_parked=partial(on_parked_submission, gate=gate),
        ),
        Subscription((ActionWithdrawnV1,), partial(on_action_withdrawn, gate=gate)),
        Subscription((ActionCompletedV1,), partial(on_action_completed, gate=gate)),
        Subscription((PlanSubmittedV1,), partial(on_plan_submitted, gate=gate)),
        Subscription(STAKEHOLDER_STATES, partial(on_stakeholder_state, gate=gate)),
        Subscription((StakeholderErasedV1,), partial(on_stakeholder_erased, gate=gate)),
        Subscription((EngagerUpdatedV1,), on_engager_state),
        *(Subscription((each,), partial(on_changelog_digested, gate=gate)) for each in CHANGELOGS),
        Subscription(
            (PostCapturedV1,),
            partial(on_post_captured, gate=gate),
            while_parked=partial(on_parked_post, gate=gate),
        ),
    )
