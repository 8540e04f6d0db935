"""The ends of an action: taken back by its author, or reported on by its executor."""

from __future__ import annotations

from dataclasses import dataclass

from planner.application.drafting import unchanged_since
from planner.application.ports import UnitOfWork
from planner.domain.action import Action
from planner.domain.tracking import Outcome
from shared.kernel.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAction:
    """Take the action back; `by` is the token subject."""

    action_id: str
    by: str
    reason: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOutcome:
    """The executor's report; `client_id` is the authenticated client, which must be the permit's audience."""

    action_id: str
    permit_id: str
    client_id: str
    result: str
    detail: str | None
    evidence_url: str | None


async def withdraw_action(command: WithdrawAction, *, uow: UnitOfWork) -> Action:
    """The withdrawn action. Raises InvalidTransition once a permit is out."""
    async with uow:
        action = await uow.actions.get(command.action_id)
        unchanged_since(action, command.expected_version)
        uow.changes.acting(command.by, command.reason)
        action.withdraw(by=command.by, reason=command.reason)
        await uow.actions.save(action)
        await uow.commit()
        return action


async def report_outcome(command: ReportOutcome, *, uow: UnitOfWork, clock: Clock) -> Action:
    """The action with its outcome; reporting the same again changes nothing."""
    outcome = Outcome(
        permit_id=command.permit_id,
        result=command.result,
        detail=command.detail,
        evidence_url=command.evidence_url,
        reported_by=command.client_id,
        completed_at=clock.now(),
    )
    async with uow:
        action = await uow.actions.get(command.action_id)
        uow.changes.acting(command.client_id, command.detail)
        if action.report_outcome(outcome):
            await uow.actions.save(action)
            await uow.commit()
        return action
