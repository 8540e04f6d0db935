"""A person takes a release back: before the act it will never be done, after it it has to be taken down."""

from __future__ import annotations

from dataclasses import dataclass

from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from compliance.domain.errors import ReasonMissing
from compliance.domain.events import Occasion
from compliance.domain.permit import RecallCode
from shared.kernel.errors import ConcurrentChange, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Who takes it back and why. `code` is all that executors hear of it.

    `expected_version` is the version of the case that was looked at, None to take back whatever it is by now.
    """

    by: str
    code: RecallCode
    reason: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """What became of it. `was_redeemed`: the executor was allowed to act before."""

    action_id: str
    version: int
    permit_id: str
    was_redeemed: bool


async def recall(action_id: str, what: Recall, *, open_uow: OpenUnitOfWork, gate: Gate) -> Recalled:
    """Take one release back, in a transaction of its own. Raises as `recall_within`."""
    async with open_uow() as uow:
        recalled = await recall_within(action_id, what, uow, gate)
        await uow.commit()
    return recalled


async def recall_within(action_id: str, what: Recall, uow: UnitOfWork, gate: Gate) -> Recalled:
    """Take one release back without committing. Locks person, case and permit, in this order.

    Raises NotFound, ReasonMissing, ConcurrentChange, and InvalidTransition where nothing is released.
    """
    if not what.reason.strip():
        raise ReasonMissing("the reason is missing", field="reason", remedy="say why it is taken back")
    seen = await uow.cases.get(action_id)
    if seen is None:
        raise NotFound(f"there is no case of action {action_id}")
    await uow.people.lock(seen.submission.stakeholder_id)
    case = await uow.cases.get_for_update(action_id)
    if case is None:
        raise NotFound(f"there is no case of action {action_id}")
    if what.expected_version is not None and case.version != what.expected_version:
        raise ConcurrentChange(
            f"the case is at version {case.version} by now",
            remedy="read it again, then recall it; without If-Match it is recalled as it is",
            current_version=case.version,
        )
    occasion = Occasion(by=what.by, at=gate.clock.now(), why=what.reason)
    case.recall(occasion)
    permit = None if case.permit_id is None else await uow.permits.get_for_update(case.permit_id)
    if permit is None:
        raise NotFound(f"the permit of action {action_id} is gone", remedy="ask the operator to verify the ledger")
    was_redeemed = permit.redeemed_at is not None
    permit.recall(what.code, occasion, case_version=case.version)
    await uow.cases.save(case)
    await uow.permits.save(permit)
    return Recalled(action_id=action_id, version=case.version, permit_id=permit.permit_id, was_redeemed=was_redeemed)
