"""The rule set a process judges by: always the one in force, and the old one for as long as the new one fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from compliance.application.rules.rule_sets import Files
from compliance.domain.screening.rules import RuleSet
from shared.kernel.errors import TransientError


class RulesNotLoaded(TransientError):
    """No rule set is in use yet; nothing is judged meanwhile."""


class RulesInUse:
    """Holds one compiled rule set; swapping it is one assignment, so a judgement sees the old or the new one."""

    def __init__(self, rule_set: RuleSet | None = None) -> None:
        self._rule_set = rule_set
        self.failed: str | None = None
        """Hash of the rule set in force that could not be loaded, None while all is well."""
        self.settled = asyncio.Event()
        """Set once what was in force at the start of this process is in use or has failed."""

    @property
    def current(self) -> RuleSet:
        """Raises RulesNotLoaded before the first one is in use."""
        if self._rule_set is None:
            raise RulesNotLoaded("the rule set in force is not loaded yet")
        return self._rule_set

    @property
    def sha256(self) -> str | None:
        """Content hash of the rule set in use."""
        return None if self._rule_set is None else self._rule_set.sha256

    def use(self, rule_set: RuleSet) -> None:
        """Judge by `rule_set` from now on."""
        self._rule_set, self.failed = rule_set, None
        self.settled.set()

    def fail(self, rule_set: str) -> None:
        """`rule_set` could not be loaded; the one in use stays."""
        self.failed = rule_set
        self.settled.set()


class InForce(Protocol):
    """Reads what is in force."""

    async def sha256(self) -> str | None:
        """Content hash of the rule set in force, None before there is one."""
        ...

    async def files(self, rule_set: str) -> Files | None:
        """The files of a version."""
        ...


Make = Callable[[Files], Awaitable[RuleSet]]
"""Compiles files, off the event loop. Raises ValueError where they cannot be used."""


async def follow(in_use: RulesInUse, in_force: InForce, make: Make, complain: Callable[[str, str], None]) -> None:
    """Use what is in force. When it cannot be loaded the old one stays in use, and `complain(rule_set, why)` says so.

    A rule set is known to load when it is put in force, so a failure here means that this process is not the software
    that accepted it; releases wait meanwhile, because rules in use and rules in force differ.
    """
    wanted = await in_force.sha256()
    if wanted is None or wanted in (in_use.sha256, in_use.failed):
        return
    files = await in_force.files(wanted)
    if files is None:
        return
    try:
        in_use.use(await _made(wanted, files, make))
    except ValueError as unusable:
        in_use.fail(wanted)
        complain(wanted, str(unusable))


async def _made(wanted: str, files: Files, make: Make) -> RuleSet:
    made = await make(files)
    if made.sha256 != wanted:
        raise ValueError(f"these files make {made.sha256} here: another safety model or dictionary is installed")
    return made
