"""What the routes about people who may not approve any more are given, over the database."""

from __future__ import annotations

from functools import partial

from compliance.adapters.read_models import Reads
from compliance.adapters.reviewers.revocations import ReviewerQueries
from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import OpenUnitOfWork
from compliance.application.reviewers.desk import ReviewerDesk
from compliance.application.reviewers.revoking import reinstate, revoke


def reviewer_desk(gate: Gate, open_uow: OpenUnitOfWork, reads: Reads) -> ReviewerDesk:
    """Over the gate's own means."""
    queries = ReviewerQueries(reads)
    return ReviewerDesk(
        revoke=partial(revoke, find_approved=queries.approved_by, open_uow=open_uow, gate=gate),
        reinstate=partial(reinstate, open_uow=open_uow, gate=gate),
        queries=queries,
    )
