"""Whenever the gate or the registry speaks, the planner follows. Policies never commit."""

from __future__ import annotations

from typing import Any

from planner.application.ports import UnitOfWork
from planner.domain.plan_review import PlanAnswer
from planner.domain.tracking import CaseSeen, PermitSeen
from shared.contracts.compliance import (
    ActionRecalledV1,
    ActionReleasedV1,
    CaseChangesRequestedV1,
    CaseStateV1,
    PermitRedeemedV1,
    PlanScreenedV1,
    RuleSetActivatedV1,
)
from shared.contracts.envelope import Envelope
from shared.contracts.registry import EngagerStateV1, StakeholderErasedV1, StakeholderStateV1

MOST_SCREENED_AGAIN = 2_000
GATE = "system:compliance"


async def on_stakeholder_state(event: StakeholderStateV1, _envelope: Envelope, uow: UnitOfWork) -> None:
    """Keep the newest public state of the person."""
    await uow.people.keep_stakeholder(event)


async def on_stakeholder_erased(event: StakeholderErasedV1, _envelope: Envelope, uow: UnitOfWork) -> None:
    """Forget the person; nothing older brings them back."""
    await uow.people.forget_stakeholder(event.stakeholder_id, event.version)
    await uow.actions.forget_changes_for(event.stakeholder_id)


async def on_engager_state(event: EngagerStateV1, _envelope: Envelope, uow: UnitOfWork) -> None:
    """Keep the newest public state of the colleague."""
    await uow.people.keep_engager(event)


async def on_case_state(event: CaseStateV1, _envelope: Envelope, uow: UnitOfWork) -> None:
    """Keep the action in step with its case."""
    action = await uow.actions.get(event.action_id)
    seen = CaseSeen(
        action_version=event.action_version,
        version=event.version,
        state=event.state,
        verdict=event.verdict,
        findings=tuple(finding.model_dump(mode="json") for finding in event.findings),
        by=event.by,
        reason=event.reason,
        changes=_changes(event),
    )
    uow.changes.acting(event.by or GATE, event.reason)
    if action.note_case(seen):
        await uow.actions.save(action)


def _changes(event: CaseStateV1) -> tuple[dict[str, Any], ...]:
    if not isinstance(event, CaseChangesRequestedV1):
        return ()
    return tuple(change.model_dump(mode="json") for change in event.changes)


async def on_plan_screened(event: PlanScreenedV1, _envelope: Envelope, uow: UnitOfWork) -> None:
    """Keep the screen's answer about the version that was submitted; an answer about another one is old news."""
    plan = await uow.plans.get(event.plan_id)
    answer = PlanAnswer(
        version=event.version,
        plan_sha256=event.plan_sha256,
        verdict=event.verdict,
        findings=tuple(finding.model_dump(mode="json") for finding in event.findings),
        rule_set=event.rule_set,
        screened_at=event.screened_at,
    )
    uow.changes.acting(GATE, "the plan was screened")
    if plan.note_answer(answer):
        await uow.plans.save(plan)


async def on_rule_set_activated(event: RuleSetActivatedV1, envelope: Envelope, uow: UnitOfWork) -> None:
    """Whenever other rules are put in force, hand plans to the screen again, as they were submitted.

    Those that are submitted, in review or approved, and whose answer came from other rules; the ones that last longest
    first, at most MOST_SCREENED_AGAIN in one transaction.
    """
    uow.changes.acting(GATE, f"the rule set {event.rule_set} is in force")
    for plan_id in await uow.plans.screened_by_other_rules(event.rule_set, limit=MOST_SCREENED_AGAIN):
        plan = await uow.plans.get(plan_id)
        plan.screen_again(envelope.time)
        await uow.plans.save(plan)


async def on_released(event: ActionReleasedV1, envelope: Envelope, uow: UnitOfWork) -> None:
    """A permit is out: from now on its audience may report back."""
    action = await uow.actions.get(event.action_id)
    permit = PermitSeen(
        id=event.permit_id,
        action_version=event.action_version,
        case_version=event.version,
        audience=event.audience,
        content_sha256=event.content_sha256,
        issued_at=envelope.time,
        not_before=event.not_before,
        expires_at=event.expires_at,
    )
    uow.changes.acting(GATE, "the action was released")
    if action.note_released(permit):
        await uow.actions.save(action)


async def on_redeemed(event: PermitRedeemedV1, _envelope: Envelope, uow: UnitOfWork) -> None:
    """The executor may act."""
    action = await uow.actions.get(event.action_id)
    uow.changes.acting(GATE, "the permit was redeemed")
    if action.note_redeemed(event.permit_id, event.redeemed_at):
        await uow.actions.save(action)


async def on_recalled(event: ActionRecalledV1, _envelope: Envelope, uow: UnitOfWork) -> None:
    """The gate took the release back."""
    action = await uow.actions.get(event.action_id)
    if action.note_recalled(event.permit_id, event.recalled_at):
        await uow.actions.save(action)
