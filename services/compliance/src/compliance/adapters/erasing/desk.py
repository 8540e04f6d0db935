"""The erasing that is done by the clock, bound to the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from compliance.adapters.erasing.traces import ErasableQueries
from compliance.adapters.read_models import Reads
from compliance.application.erasing.forgetting import forget_due
from compliance.application.gate import Gate
from compliance.application.isolation import Report
from compliance.application.ports.unit_of_work import OpenUnitOfWork


def erasing(gate: Gate, reads: Reads, open_uow: OpenUnitOfWork, report: Report) -> Callable[[], Awaitable[None]]:
    """One tick; see `forget_due`."""
    return partial(forget_due, find=ErasableQueries(reads), open_uow=open_uow, gate=gate, report=report)
