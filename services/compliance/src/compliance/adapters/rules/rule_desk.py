"""What people do with rule sets, for the routes: compiling happens off the event loop, decisions in the use cases."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from compliance.adapters.rules.compiling import catalogue_rows, contents_of
from compliance.adapters.rules.compiling import compiled as compiled_from
from compliance.adapters.rules.rehearsals import Rehearsals
from compliance.adapters.rules.rule_set_queries import RuleSetQueries
from compliance.application.ports.unit_of_work import OpenUnitOfWork
from compliance.application.rules import rule_sets
from compliance.application.rules.rule_changes import RuleChange
from compliance.application.rules.rule_changes import changes as changes_between
from compliance.application.rules.rule_reading import ReadableRule, readable_rules
from compliance.application.rules.rule_sets import Compiled, Files
from compliance.domain.rule_set_version import RuleSetVersion
from compliance.domain.screening.contents import RuleSetContents
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound

_MOST_READ = 4


class RuleDesk:
    """Proposing, comparing, rehearsing rule sets and putting them in force."""

    def __init__(
        self,
        queries: RuleSetQueries,
        rehearsals: Rehearsals,
        open_uow: OpenUnitOfWork,
        *,
        clock: Clock,
        safety_model: Path | None = None,
    ) -> None:
        self.queries = queries
        self._rehearsals = rehearsals
        self._open_uow = open_uow
        self._clock = clock
        self._safety_model = safety_model
        self._read = OrderedDict[str, RuleSetContents]()
        self._reading = asyncio.Lock()

    async def compile(self, changes: Mapping[str, str | None], base: str | None) -> tuple[Compiled, Files]:
        """What the changed files make. Raises NotFound for an unknown `base`, RulesRefused."""
        before = await rule_sets.files_in_force(self._open_uow) if base is None else await self._files(base)
        files = rule_sets.changed_files(before, changes)
        today = self._clock.now().date()
        return await asyncio.to_thread(compiled_from, files, today, self._safety_model), files

    async def propose(self, files: Files, compiled: Compiled, note: str, by: str) -> RuleSetVersion:
        """A proposal of `files`."""
        return await rule_sets.propose(files, compiled, note, by, open_uow=self._open_uow, clock=self._clock)

    async def activate(self, rule_set: str, by: str, why: str) -> None:
        """Put a version in force."""
        await rule_sets.activate(rule_set, by, why, open_uow=self._open_uow, clock=self._clock)

    async def withdraw(self, rule_set: str, by: str, why: str) -> None:
        """Take a proposal back."""
        await rule_sets.withdraw(rule_set, by, why, open_uow=self._open_uow, clock=self._clock)

    async def difference(self, rule_set: str, to: str | None) -> tuple[str, Sequence[RuleChange]]:
        """What `rule_set` changes against `to`, by default the one in force."""
        old = to or await self.queries.sha256()
        if old is None:
            raise NotFound("no rule set is in force yet", remedy="name another one with `to`")
        before, after = await self._contents(old), await self._contents(rule_set)
        return old, changes_between(before, after)

    async def rules(self, rule_set: str) -> tuple[Sequence[Mapping[str, Any]], Sequence[ReadableRule]]:
        """The catalogue and the rules of a version, for people. Raises NotFound, RulesRefused."""
        contents, files = await self._contents(rule_set), await self._files(rule_set)
        return catalogue_rows(files), readable_rules(contents)

    async def rehearse(self, rule_set: str, actions: int, by: str) -> str:
        """The id of a rehearsal over the newest cases."""
        return await self._rehearsals.start(rule_set, actions, by)

    async def _contents(self, rule_set: str) -> RuleSetContents:
        """A version never changes, so what was read once is kept."""
        async with self._reading:
            if rule_set not in self._read:
                files = await self._files(rule_set)
                self._read[rule_set] = await asyncio.to_thread(contents_of, files, self._safety_model)
                if len(self._read) > _MOST_READ:
                    self._read.popitem(last=False)
            self._read.move_to_end(rule_set)
            return self._read[rule_set]

    async def _files(self, rule_set: str) -> Files:
        files = await self.queries.files(rule_set)
        if files is None:
            raise NotFound(f"there is no rule set {rule_set}", remedy="GET /v1/rule-sets lists all")
        return files
