"""Take-down tasks: opened by the recall of what was redeemed, answered by people and executors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from compliance.application.gate import Gate
from compliance.application.isolation import Report, each_on_its_own
from compliance.application.ports.unit_of_work import FindDue, OpenUnitOfWork, UnitOfWork
from compliance.domain.aftercare.take_down import Proof, TakeDown, Task
from compliance.domain.errors import WrongAudience
from compliance.domain.events import SYSTEM, Occasion, StateChange
from compliance.domain.permit import PermitRecalled
from shared.kernel.errors import ConcurrentChange, NotFound

Step = Callable[[TakeDown, Occasion], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who changes a task and why; `expected_version` is what they looked at, None for programs and for haste."""

    by: str
    reason: str
    expected_version: int | None = None


async def on_permit_recalled(event: StateChange, uow: UnitOfWork, *, gate: Gate) -> None:
    """Whenever a release is taken back that had been redeemed, ask for what was published to be taken down."""
    recalled = cast("PermitRecalled", event)
    if not recalled.was_redeemed:
        return
    grant = recalled.grant
    case = await uow.cases.get(grant.action_id)
    channel = {} if case is None else case.submission.snapshot.get("channel") or {}
    platform = str(grant.content.get("platform") or channel.get("platform") or "other")
    owned = await uow.channels.find_active(platform, channel.get("account"))
    task = Task(
        permit_id=grant.permit_id,
        stakeholder_id=grant.stakeholder_id,
        audience=grant.audience,
        platform=platform,
        content_sha256=grant.content_sha256,
        asked=None if owned is None else owned.moderation_owner,
        recalled_at=recalled.occasion.at,
        due_at=gate.aftercare.take_down_due(recalled.occasion.at),
    )
    occasion = Occasion(by=SYSTEM, at=recalled.occasion.at, why="what was published was recalled")
    await uow.aftercare.take_downs.add(TakeDown.of(grant.action_id, task, occasion))


async def change(action_id: str, step: Step, order: Order, *, open_uow: OpenUnitOfWork, gate: Gate) -> TakeDown:
    """One step by a person. Raises NotFound, ConcurrentChange, ReasonMissing and what the task refuses."""
    async with open_uow() as uow:
        task = await _locked(action_id, uow)
        if order.expected_version is not None and task.version != order.expected_version:
            raise ConcurrentChange(
                f"the task is at version {task.version} by now",
                remedy="read it again, look at what changed, and repeat the change",
                current_version=task.version,
            )
        step(task, Occasion(by=order.by, at=gate.clock.now(), why=order.reason))
        await uow.aftercare.take_downs.save(task)
        await uow.commit()
    return task


async def report(action_id: str, proof: Proof, *, client_id: str, open_uow: OpenUnitOfWork, gate: Gate) -> TakeDown:
    """The executor says that it took it down. Said again, nothing changes. Raises NotFound, WrongAudience."""
    async with open_uow() as uow:
        task = await _locked(action_id, uow)
        if task.details.audience != client_id:
            raise WrongAudience("another executor published this")
        answer = task.details.answer
        if answer is None or answer.by != client_id:
            occasion = Occasion(by=client_id, at=gate.clock.now(), why=proof.note or "taken down by its executor")
            task.done(proof, occasion, by_program=True)
            await uow.aftercare.take_downs.save(task)
            await uow.commit()
    return task


async def escalate_overdue(*, find_due: FindDue, open_uow: OpenUnitOfWork, gate: Gate, report: Report) -> None:
    """Tell once of every task that was due and is not settled; each in its own transaction."""
    terms = gate.aftercare.take_down

    async def escalate(action_id: str) -> None:
        async with open_uow() as uow:
            task = await _locked(action_id, uow)
            now = gate.clock.now()
            if not task.is_overdue(now) or task.details.escalated_at is not None:
                return
            task.escalate(() if terms is None else terms.tell, Occasion(by=SYSTEM, at=now, why="it is overdue"))
            await uow.aftercare.take_downs.save(task)
            await uow.commit()

    await each_on_its_own(await find_due(gate.clock.now()), escalate, report=report)


async def _locked(action_id: str, uow: UnitOfWork) -> TakeDown:
    task = await uow.aftercare.take_downs.get_for_update(action_id)
    if task is None:
        raise NotFound(f"nothing of action {action_id} is to be taken down", remedy="GET /v1/take-downs lists all")
    return task
