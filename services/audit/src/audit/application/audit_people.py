"""Take dated footprints and publish them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from audit.application.ports import AuditUnitOfWork, ThresholdsInForce, UnitOfWorkFactory
from audit.domain.footprint import Footprint
from audit.domain.footprint_values import Window
from shared.kernel.clock import Clock
from shared.kernel.errors import InvalidValue

BATCH = 200
"""People per transaction."""
_STALE_AFTER = timedelta(hours=24)


async def audit_people(
    stakeholder_ids: Sequence[str] | None,
    *,
    window_days: int | None,
    until: datetime | None,
    uow_factory: UnitOfWorkFactory,
    thresholds: ThresholdsInForce,
    clock: Clock,
) -> int:
    """Audit the given people, or everybody; `until` ends the window (now, if None). Returns how many."""
    now = clock.now()
    if until is not None and until > now:
        raise InvalidValue("until lies in the future", field="until", remedy="audit up to now, or an earlier moment")
    days = window_days if window_days is not None else thresholds(now.date()).window_days
    window = Window.ending(until or now, days)
    audited, given, after = 0, sorted(set(stakeholder_ids or ())), ""
    while True:
        async with uow_factory() as uow:
            if stakeholder_ids is None:
                batch: Sequence[str] = await uow.people.ids_after(after, BATCH)
                after = batch[-1] if batch else after
            else:
                batch, given = given[:BATCH], given[BATCH:]
            if not batch:
                return audited
            audited += await _audit(batch, window, uow=uow, thresholds=thresholds, at=now)
            await uow.commit()


async def audit_requested(*, uow_factory: UnitOfWorkFactory, thresholds: ThresholdsInForce, clock: Clock) -> int:
    """Audit whoever has new evidence, over the standard window up to now."""
    audited = 0
    while True:
        now = clock.now()
        window = Window.ending(now, thresholds(now.date()).window_days)
        async with uow_factory() as uow:
            batch = await uow.footprints.take_requested(BATCH)
            if not batch:
                return audited
            audited += await _audit(batch, window, uow=uow, thresholds=thresholds, at=now)
            await uow.commit()


async def renew_footprints(*, uow_factory: UnitOfWorkFactory, clock: Clock) -> int:
    """The window moves on: request an audit of every footprint that is a day old."""
    async with uow_factory() as uow:
        stale = await uow.footprints.audited_before(clock.now() - _STALE_AFTER, 10 * BATCH)
        await uow.footprints.request(stale)
        await uow.commit()
        return len(stale)


async def _audit(
    ids: Sequence[str], window: Window, *, uow: AuditUnitOfWork, thresholds: ThresholdsInForce, at: datetime
) -> int:
    await uow.footprints.lock()
    people = await uow.people.some(ids)
    evidence = await uow.footprints.evidence(people, window)
    taken = await uow.footprints.of([person.id for person in people])
    audited: list[Footprint] = []
    for person in people:
        footprint = taken.get(person.id) or Footprint(person.id)
        footprint.audit(evidence[person.id], thresholds=thresholds(at.date()), window=window, at=at)
        audited.append(footprint)
    await uow.footprints.save(audited)
    return len(audited)
