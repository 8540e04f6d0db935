"""Rehearsals over stored cases: in a process of their own, page by page, with their progress in the database."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from compliance.adapters.rules.compiling import rule_set_in
from compliance.adapters.rules.rule_set_queries import RuleSetQueries
from compliance.adapters.tables import cases, rehearsals
from compliance.application.rules.rehearsal import ChangedDecision, Rehearsal, RehearsalSummary
from compliance.application.rules.rule_sets import Files
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound
from shared.kernel.ids import IdFactory

_MOST_KEPT = 500
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Both:
    current: Files
    draft: Files
    safety_model: Path | None
    day: date


class Rehearsals:
    """Starts rehearsals and keeps their tasks until they end or the process does."""

    def __init__(
        self,
        engine: AsyncEngine,
        queries: RuleSetQueries,
        *,
        clock: Clock,
        new_id: IdFactory,
        safety_model: Path | None = None,
    ) -> None:
        self._engine = engine
        self._queries = queries
        self._clock = clock
        self._new_id = new_id
        self._safety_model = safety_model
        self._running: set[asyncio.Task[None]] = set()

    async def start(self, rule_set: str, actions: int, by: str) -> str:
        """The id of a rehearsal that runs from now on. Raises NotFound."""
        against = await self._queries.sha256()
        draft = await self._queries.files(rule_set)
        current = None if against is None else await self._queries.files(against)
        if draft is None or current is None:
            raise NotFound(f"there is no rule set {rule_set}, or none in force", remedy="GET /v1/rule-sets lists all")
        now, rehearsal_id = self._clock.now(), self._new_id()
        async with self._engine.begin() as connection:
            known = (await connection.execute(select(func.count()).select_from(cases))).scalar_one()
            row = {
                "rehearsal_id": rehearsal_id,
                "rule_set": rule_set,
                "against": against,
                "state": "running",
                "total": min(actions, known),
                "done": 0,
                "asked_by": by,
                "asked_at": now,
            }
            await connection.execute(insert(rehearsals).values(row))
        both = _Both(current=current, draft=draft, safety_model=self._safety_model, day=now.date())
        task = asyncio.create_task(self._run(rehearsal_id, both, actions), name=f"rehearsal {rehearsal_id}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return rehearsal_id

    async def _run(self, rehearsal_id: str, both: _Both, actions: int) -> None:
        try:
            await self._replay(rehearsal_id, both, actions)
        except Exception as failed:  # noqa: BLE001 - whatever it is, whoever asked is told
            _log.exception("rehearsal.failed", rehearsal=rehearsal_id)
            await self._note(rehearsal_id, state="failed", message=f"{type(failed).__name__}: {failed}")

    async def _replay(self, rehearsal_id: str, both: _Both, actions: int) -> None:
        summary, kept = RehearsalSummary(), list[ChangedDecision]()
        loop = asyncio.get_running_loop()
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin, (both,)) as pool:
            async for texts in self._queries.judged(actions):
                changes = await loop.run_in_executor(pool, _compare, texts)
                summary.add(len(texts), changes)
                kept.extend(changes[: _MOST_KEPT - len(kept)])
                await self._note(rehearsal_id, done=summary.actions)
        await self._note(
            rehearsal_id,
            state="finished",
            summary=summary.as_json(),
            changes=[change.as_json() for change in kept],
        )

    async def _note(self, rehearsal_id: str, **values: Any) -> None:
        statement = update(rehearsals).where(rehearsals.c.rehearsal_id == rehearsal_id)
        async with self._engine.begin() as connection:
            await connection.execute(statement.values({**values, "noted_at": func.now()}))


_HERE: list[tuple[Rehearsal, date]] = []


def _begin(both: _Both) -> None:
    made = [rule_set_in(files, both.safety_model) for files in (both.current, both.draft)]
    _HERE[:] = [(Rehearsal(*made), both.day)]


def _compare(texts: Sequence[str]) -> list[ChangedDecision]:
    rehearsal, day = _HERE[0]
    found = (rehearsal.compare(json.loads(text), day) for text in texts)
    return [change for change in found if change is not None]
