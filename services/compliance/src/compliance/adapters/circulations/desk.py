"""The clock of reviews over the database: what it tells, and how many are overdue."""

from __future__ import annotations

from prometheus_client import Gauge

from compliance.adapters.circulations.queries import RoundQueries
from compliance.application.circulations.watching import watch_reviews
from compliance.application.gate import Gate
from compliance.application.isolation import Report
from compliance.application.ports.unit_of_work import OpenUnitOfWork

OVERDUE = Gauge("compliance_reviews_overdue", "Reviews that nobody has decided in time and that are not paused")


async def look_at_reviews(gate: Gate, queries: RoundQueries, open_uow: OpenUnitOfWork, report: Report) -> None:
    """One tick of the clock."""
    now = gate.clock.now()
    await watch_reviews(now, find_due=queries.due, open_uow=open_uow, clock=gate.review_clock, report=report)
    OVERDUE.set(await queries.overdue(now))
