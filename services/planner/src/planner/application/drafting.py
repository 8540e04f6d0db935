"""Writing actions before they are frozen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planner.application.ports import UnitOfWork
from planner.domain.action import Action
from planner.domain.draft import Draft
from shared.kernel.clock import Clock
from shared.kernel.errors import ConcurrentChange
from shared.kernel.ids import IdFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAction:
    """A new action within a plan."""

    plan_id: str
    draft: Draft
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditAction:
    """A change of the draft that the editor saw as `expected_version`."""

    action_id: str
    change: Callable[[Draft], Draft]
    by: str
    expected_version: int


async def draft_action(command: DraftAction, *, uow: UnitOfWork, clock: Clock, new_id: IdFactory) -> Action:
    """A new draft. Raises NotFound when there is no such plan, InvalidTransition when it is closed."""
    action = Action.begin(
        action_id=new_id(), plan_id=command.plan_id, draft=command.draft, by=command.by, now=clock.now()
    )
    async with uow:
        (await uow.plans.get(command.plan_id)).must_be_open()
        uow.changes.acting(command.by)
        await uow.actions.add(action)
        await uow.commit()
    return action


async def edit_action(command: EditAction, *, uow: UnitOfWork) -> Action:
    """The changed action. Raises OutdatedView when it is no longer what the editor saw."""
    async with uow:
        action = await uow.actions.get(command.action_id)
        unchanged_since(action, command.expected_version)
        uow.changes.acting(command.by)
        action.edit(command.change(action.draft), by=command.by)
        await uow.actions.save(action)
        await uow.commit()
        return action


class OutdatedView(ConcurrentChange):
    """The caller decided on a version that is no longer the current one."""

    code = "precondition_failed"


def unchanged_since(action: Action, expected_version: int | None) -> None:
    """Raises OutdatedView unless the action is still at the version the caller saw (None: does not care)."""
    if expected_version is not None and action.version != expected_version:
        raise OutdatedView(
            f"the action is at version {action.version}, you saw {expected_version}",
            field="If-Match",
            remedy="read it again and repeat your change",
        )
