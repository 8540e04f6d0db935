"""The planner's unit of work."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from planner.adapters.known_people import SqlKnownPeople
from planner.adapters.repositories import SqlActionRepository, SqlPlanRepository
from shared.db.unit_of_work import Publish, SqlUnitOfWork


class PlannerUnitOfWork(SqlUnitOfWork):
    """One transaction over plans, actions and the known people."""

    def __init__(self, engine: AsyncEngine, publish: Publish) -> None:
        super().__init__(engine, publish)
        self.plans = SqlPlanRepository(self)
        self.actions = SqlActionRepository(self)
        self.people = SqlKnownPeople(self)
