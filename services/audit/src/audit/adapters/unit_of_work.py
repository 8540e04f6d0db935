"""The audit's transaction."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from audit.adapters.footprints import SqlFootprints
from audit.adapters.imports import SqlImports
from audit.adapters.people import SqlPeople
from audit.adapters.posts import SqlPosts
from audit.adapters.tables import changelog, outbox
from audit.application.integration_events import to_integration_event
from shared.changelog.changes import Changes
from shared.changelog.digests import SqlDigests
from shared.db.unit_of_work import Publish, SqlUnitOfWork
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory
from shared.outbox.writer import OutboxWriter


class SqlAuditUnitOfWork(SqlUnitOfWork):
    """Meets `AuditUnitOfWork`."""

    def __init__(self, engine: AsyncEngine, publish: Publish) -> None:
        super().__init__(engine, publish)
        self.people = SqlPeople(self)
        self.changes = Changes(self, changelog.changes, service="audit")
        self.digests = SqlDigests(self, changelog)
        self.posts = SqlPosts(self, self.changes)
        self.footprints = SqlFootprints(self, self.changes)
        self.imports = SqlImports(self, self.changes)


def publishing(*, clock: Clock, new_id: IdFactory) -> Publish:
    """Writes what becomes public into the outbox."""
    return OutboxWriter(outbox, source="audit", clock=clock, new_id=new_id).publishing(to_integration_event)
