"""Use cases on our own people."""

from __future__ import annotations

from dataclasses import replace

from registry.application.ports import RegistryUnitOfWork, UnitOfWorkFactory
from registry.domain.engager import Engager, EngagerState
from shared.kernel.errors import ConcurrentChange
from shared.kernel.ids import IdFactory


async def add_engager(facts: EngagerState, *, by: str, uow: RegistryUnitOfWork, new_id: IdFactory) -> EngagerState:
    """Add one of our people. Raises InvalidValue for an unacceptable name."""
    engager = Engager.add(replace(facts, id=new_id()), by=by)
    async with uow:
        await uow.engagers.add(engager)
        await uow.commit()
    return engager.state


async def replace_engager(
    engager_id: str, facts: EngagerState, *, expected_version: int | None, by: str, unit_of_work: UnitOfWorkFactory
) -> EngagerState:
    """Replace all facts. Raises NotFound, and ConcurrentChange when a given version is not the newest."""
    async with unit_of_work() as uow:
        engager = await uow.engagers.get(engager_id)
        if expected_version is not None and engager.version != expected_version:
            raise ConcurrentChange(
                f"the engager is at version {engager.version}, not {expected_version}",
                remedy="read it again, then repeat your change",
                current_version=engager.version,
            )
        engager.change(facts, by=by)
        await uow.engagers.save(engager)
        await uow.commit()
        return engager.state
