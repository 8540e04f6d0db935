"""One change of one record in one transaction: right version, a reason, and the ledger row with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from compliance.application.money.ports import Change, Means, Money, MoneyUnitOfWork, Records
from compliance.domain.events import Occasion
from compliance.domain.records import Record, ensure_reason
from shared.kernel.errors import ConcurrentChange, NotFound

R = TypeVar("R", bound=Record[Any])


def occasion_of(by: str, reason: str, means: Means) -> Occasion:
    """Now. Raises ReasonMissing for a blank reason."""
    occasion = Occasion(by=by, at=means.clock.now(), why=reason)
    ensure_reason(occasion)
    return occasion


async def seen_by(change: Change, records: Records[R]) -> R:
    """The record, locked, in the version the caller has seen. Raises NotFound, ConcurrentChange."""
    record = await records.get_for_update(change.record_id)
    if record is None:
        raise NotFound(f"there is no {change.record_id}", remedy="list them; the id may be of something else")
    if record.version != change.expected_version:
        raise ConcurrentChange(
            f"this is at version {record.version} by now",
            remedy="read it again, look at what changed, and repeat the change",
            current_version=record.version,
        )
    return record


async def change_one(
    which: Callable[[Money], Records[R]],
    change: Change,
    step: Callable[[R, Occasion], None],
    *,
    uow: MoneyUnitOfWork,
    means: Means,
) -> R:
    """Apply `step`. Raises NotFound, ConcurrentChange, ReasonMissing and what the record refuses."""
    occasion = occasion_of(change.by, change.reason, means)
    async with uow:
        records = which(uow.money)
        record = await seen_by(change, records)
        step(record, occasion)
        await records.save(record)
        await uow.commit()
        return record
