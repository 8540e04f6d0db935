"""What a start brings: the first rule set is put in force; what a later release or folder brings is proposed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from compliance.adapters.rules.compiling import Acceptance
from compliance.adapters.rules.rule_bundles import bundle_of
from compliance.adapters.rules.rule_set_queries import RuleSetQueries
from compliance.application.ports.unit_of_work import OpenUnitOfWork
from compliance.application.rules.rule_sets import Compiled, Files, begin
from compliance.application.rules.rules_in_use import RulesInUse
from compliance.domain.errors import RulesRefused
from shared.kernel.clock import Clock

_log = structlog.get_logger()


async def begin_rules(
    folder: Path | None,
    lexicons: Path | None,
    *,
    accept: Acceptance,
    rules: RulesInUse,
    queries: RuleSetQueries,
    open_uow: OpenUnitOfWork,
    clock: Clock,
) -> None:
    """Begin with the packaged rules, a company's `folder` and its medicine lists. Raises RulesRefused."""
    files = await asyncio.to_thread(_files, folder, lexicons)
    if await _in_use_already(files, rules, queries):
        return
    try:
        made = await asyncio.to_thread(accept, files, clock.now().date())
    except RulesRefused as refused:
        mistakes = [f"{part.field}: {part.message}" for part in refused.parts]
        _log.error("rules.refused", mistakes=mistakes, remedy="correct the files; the rules in force stay as they are")
        raise
    what = Compiled(rule_set=made.sha256, rules=len(made.rules))
    if await begin(files, what, open_uow=open_uow, clock=clock):
        rules.use(made)
        return
    _log.warning(
        "rules.proposed",
        rule_set=made.sha256,
        reason="this release and the company's folder bring other rules than those in force",
        remedy="compare and rehearse them in the console, and let somebody put them in force",
    )


def _files(folder: Path | None, lexicons: Path | None) -> Files:
    lists = lexicons if lexicons is not None and lexicons.is_dir() else None
    return {name: raw.decode() for name, raw in bundle_of(folder, lists).items()}


async def _in_use_already(files: Files, rules: RulesInUse, queries: RuleSetQueries) -> bool:
    """Whether exactly these files are in force and load here: then there is nothing to compile."""
    in_force = await queries.sha256()
    if in_force is None or await queries.files(in_force) != files:
        return False
    await rules.settled.wait()
    return rules.sha256 == in_force
