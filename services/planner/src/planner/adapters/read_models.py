"""Reads for people and portals, straight from the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, Table, select
from sqlalchemy.ext.asyncio import AsyncEngine

from planner.adapters.tables import actions, changelog, plans
from shared.changelog.reading import newest_changes


class SqlPlannerQueries:
    """Implements `PlannerQueries`. Ids sort by time, so `after` a cursor means older."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def plan(self, plan_id: str) -> Mapping[str, Any] | None:
        return await self._one(select(plans).where(plans.c.id == plan_id))

    async def plans(self, *, after: str | None, limit: int) -> Sequence[Mapping[str, Any]]:
        return await self._page(plans, select(plans), after, limit)

    async def action(self, action_id: str) -> Mapping[str, Any] | None:
        return await self._one(select(actions).where(actions.c.id == action_id))

    async def actions(
        self,
        *,
        after: str | None,
        limit: int,
        plan_id: str | None = None,
        stakeholder_id: str | None = None,
        state: str | None = None,
    ) -> Sequence[Mapping[str, Any]]:
        statement = select(actions)
        for column, wanted in (("plan_id", plan_id), ("stakeholder_id", stakeholder_id), ("state", state)):
            if wanted is not None:
                statement = statement.where(actions.c[column] == wanted)
        return await self._page(actions, statement, after, limit)

    async def changes(self, key: str) -> Sequence[Mapping[str, Any]]:
        return await newest_changes(self._engine, changelog.changes, key)

    async def _one(self, statement: Select[Any]) -> Mapping[str, Any] | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(statement)).mappings().one_or_none()
            return None if row is None else _named(row)

    async def _page(
        self, table: Table, statement: Select[Any], after: str | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        if after is not None:
            statement = statement.where(table.c.id < after)
        async with self._engine.connect() as connection:
            rows = await connection.execute(statement.order_by(table.c.id.desc()).limit(limit))
            return [_named(row) for row in rows.mappings()]


def _named(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}
