"""What the routes and the clock of the fast lane are given, over the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from compliance.adapters.read_models import Reads
from compliance.adapters.wordings.queries import WordingQueries, due_in
from compliance.application.gate import Gate
from compliance.application.isolation import Report
from compliance.application.ports.unit_of_work import OpenUnitOfWork
from compliance.application.wordings.closing import make_rounds
from compliance.application.wordings.desk import WordingDesk


def wording_desk(gate: Gate, open_uow: OpenUnitOfWork, reads: Reads) -> WordingDesk:
    """For the routes."""
    return WordingDesk(gate=gate, unit_of_work=open_uow, queries=WordingQueries(reads))


def wording_rounds(gate: Gate, open_uow: OpenUnitOfWork, reads: Reads, report: Report) -> Callable[[], Awaitable[None]]:
    """For the clock."""
    return partial(make_rounds, due_in(reads), open_uow=open_uow, gate=gate, report=report)
