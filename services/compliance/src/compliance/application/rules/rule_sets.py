"""Proposing rule sets and putting them in force: two people, every step in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from compliance.application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from compliance.domain.errors import RulesRefused
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.rule_set_version import Proposal, RuleSetVersion
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What files make: the content hash of the rule set and how many rules it has."""

    rule_set: str
    rules: int


Compile = Callable[[Files], Compiled]
"""Reads the files, compiles every condition and runs every example. Raises RulesRefused. Takes seconds, not await."""


def changed_files(files: Files, changes: Mapping[str, str | None]) -> dict[str, str]:
    """`files` with `changes` on top; None takes a file out. Raises RulesRefused for one that is not there."""
    missing = [name for name, text in changes.items() if text is None and name not in files]
    if missing:
        raise RulesRefused(f"there is no file {missing[0]} to take out", field=missing[0])
    merged = {**files, **changes}
    return {name: text for name, text in merged.items() if text is not None}


async def files_in_force(open_uow: OpenUnitOfWork) -> Files:
    """The files of the rule set in force. Raises NotFound before the first one is."""
    async with open_uow() as uow:
        version = await _in_force(uow)
        if version is None:
            raise NotFound("no rule set is in force yet", remedy="the worker puts the first one in force at its start")
        return version.proposal.files


async def propose(
    files: Files, compiled: Compiled, note: str, by: str, *, open_uow: OpenUnitOfWork, clock: Clock
) -> RuleSetVersion:
    """A proposal of these files; proposing what is known already answers the version there is."""
    async with open_uow() as uow:
        known = await uow.rule_set_versions.get_for_update(compiled.rule_set)
        if known is not None and known.state != "withdrawn":
            return known
        proposal = Proposal(
            rule_set=compiled.rule_set,
            files=files,
            rules=compiled.rules,
            proposed_by=by,
            proposed_at=clock.now(),
            note=note,
        )
        if known is None:
            version = RuleSetVersion.propose(proposal)
            await uow.rule_set_versions.add(version)
        else:
            version = known
            version.propose_again(proposal)
            await uow.rule_set_versions.save(version)
        await uow.commit()
        return version


async def activate(rule_set: str, by: str, why: str, *, open_uow: OpenUnitOfWork, clock: Clock) -> None:
    """Put a known version in force; the one before is superseded. Raises NotFound and what the version refuses."""
    async with open_uow() as uow:
        in_force = await uow.rule_sets.in_force_for_update()
        version = await _known(rule_set, uow)
        occasion = Occasion(by=by, at=clock.now(), why=why)
        version.activate(occasion)
        await _switch(in_force.rule_set, version, occasion, uow)
        in_force.activate(rule_set, version.proposal.rules, occasion)
        await uow.rule_sets.save(in_force)
        await uow.commit()


async def withdraw(rule_set: str, by: str, why: str, *, open_uow: OpenUnitOfWork, clock: Clock) -> None:
    """Take a proposal back. Raises NotFound, InvalidTransition."""
    async with open_uow() as uow:
        version = await _known(rule_set, uow)
        version.withdraw(Occasion(by=by, at=clock.now(), why=why))
        await uow.rule_set_versions.save(version)
        await uow.commit()


async def begin(files: Files, compiled: Compiled, *, open_uow: OpenUnitOfWork, clock: Clock) -> bool:
    """At the start of an installation, put the rules it came with in force; later, only propose them.

    Says whether these rules are in force. Whoever operates the system decides about an upgrade's rules; until then
    the old ones stay in force.
    """
    async with open_uow() as uow:
        in_force = await uow.rule_sets.in_force_for_update()
        known = await uow.rule_set_versions.get_for_update(compiled.rule_set)
        if in_force.rule_set == compiled.rule_set and known is not None:
            return True
        now = clock.now()
        first = in_force.rule_set is None or await uow.rule_set_versions.get(in_force.rule_set) is None
        if known is None:
            proposal = Proposal(
                rule_set=compiled.rule_set,
                files=files,
                rules=compiled.rules,
                proposed_by=SYSTEM,
                proposed_at=now,
                note="the rules this release and the company's folder bring",
            )
            known = RuleSetVersion.propose(proposal)
            await uow.rule_set_versions.add(known)
        if first:
            occasion = Occasion(by=SYSTEM, at=now, why="the first rule set of this installation")
            known.begin(occasion)
            await uow.rule_set_versions.save(known)
            in_force.activate(compiled.rule_set, compiled.rules, occasion)
            await uow.rule_sets.save(in_force)
        await uow.commit()
        return first


async def _switch(before: str | None, version: RuleSetVersion, occasion: Occasion, uow: UnitOfWork) -> None:
    old = None if before in (None, version.proposal.rule_set) else await uow.rule_set_versions.get_for_update(before)
    if old is not None:
        old.supersede(occasion)
        await uow.rule_set_versions.save(old)
    await uow.rule_set_versions.save(version)


async def _known(rule_set: str, uow: UnitOfWork) -> RuleSetVersion:
    version = await uow.rule_set_versions.get_for_update(rule_set)
    if version is None:
        raise NotFound(f"there is no rule set {rule_set}", remedy="GET /v1/rule-sets lists all")
    return version


async def _in_force(uow: UnitOfWork) -> RuleSetVersion | None:
    in_force = await uow.rule_sets.in_force()
    return None if in_force.rule_set is None else await uow.rule_set_versions.get(in_force.rule_set)
