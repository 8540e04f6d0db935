"""Put the loaded rules in force."""

from __future__ import annotations

from compliance.application.ports import OpenUnitOfWork
from compliance.domain.events import Occasion
from shared.kernel.clock import Clock


async def activate(rule_set: str, rules: int, *, by: str, open_uow: OpenUnitOfWork, clock: Clock) -> None:
    """Make `rule_set` (its content hash) the one in force; the same again changes nothing."""
    async with open_uow() as uow:
        in_force = await uow.rule_sets.in_force_for_update()
        in_force.activate(rule_set, rules, Occasion(by=by, at=clock.now(), why="loaded at start"))
        await uow.rule_sets.save(in_force)
        await uow.commit()
