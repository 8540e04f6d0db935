"""Keeps a process on the rule set in force: looked up every second, compiled off the event loop, swapped at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from prometheus_client import Gauge

from compliance.adapters.rules.compiling import rule_set_in
from compliance.adapters.rules.rule_set_queries import RuleSetQueries
from compliance.application.rules.rule_sets import Files
from compliance.application.rules.rules_in_use import RulesInUse, follow
from compliance.domain.screening.rules import RuleSet
from shared.kernel.errors import Unavailable

STALE = Gauge("compliance_rule_set_stale", "1 while the rule set in force could not be loaded and an older one is used")
_EVERY = 1.0
_log = structlog.get_logger()


class RulesFollower:
    """Follows what is in force; `ready` is the readiness check of a process that has to judge."""

    def __init__(self, in_use: RulesInUse, queries: RuleSetQueries, safety_model: Path | None = None) -> None:
        self._in_use = in_use
        self._queries = queries
        self._safety_model = safety_model

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Follow for as long as the block lasts."""
        task = asyncio.create_task(self._forever(), name="follow the rules in force")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def ready(self) -> None:
        """Raises Unavailable until a rule set is in use."""
        if self._in_use.sha256 is None:
            raise Unavailable("no rule set is in use yet", remedy="the worker puts the first one in force; look there")

    async def _forever(self) -> None:
        while True:
            try:
                await follow(self._in_use, self._queries, self._make, self._complain)
                STALE.set(self._in_use.failed is not None)
            except Exception as failed:  # noqa: BLE001 - the database may be away: the rules in use stay in use
                _log.warning("rules.not_followed", error=type(failed).__name__, reason=str(failed))
            await asyncio.sleep(_EVERY)

    async def _make(self, files: Files) -> RuleSet:
        return await asyncio.to_thread(rule_set_in, files, self._safety_model)

    def _complain(self, rule_set: str, why: str) -> None:
        _log.error(
            "rules.not_loaded",
            rule_set=rule_set,
            in_use=self._in_use.sha256,
            reason=why,
            remedy="activate a rule set that this release can load; until then nothing is released",
        )
