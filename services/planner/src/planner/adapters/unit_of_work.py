"""The planner's unit of work."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from planner.adapters.known_people import SqlKnownPeople
from planner.adapters.repositories import SqlActionRepository, SqlPlanRepository
from planner.adapters.tables import changelog
from shared.changelog.changes import Changes
from shared.changelog.digests import SqlDigests
from shared.db.unit_of_work import Publish, SqlUnitOfWork


class PlannerUnitOfWork(SqlUnitOfWork):
    """One transaction over plans, actions, what they went through, and the known people."""

    def __init__(self, engine: AsyncEngine, publish: Publish) -> None:
        super().__init__(engine, publish)
        self.changes = Changes(self, changelog.changes, service="planner")
        self.digests = SqlDigests(self, changelog)
        self.plans = SqlPlanRepository(self, self.changes)
        self.actions = SqlActionRepository(self, self.changes)
        self.people = SqlKnownPeople(self)
