"""The making of evidence packs, bound to the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from compliance.adapters.evidence.reading import SqlEvidence
from compliance.application.evidence.pack import Pack, evidence_pack
from compliance.application.proofs import Tree
from shared.db.reads import ReadPool
from shared.kernel.clock import Clock


def evidence_desk(reads: ReadPool, tree: Tree, clock: Clock) -> Callable[[str, str], Awaitable[Pack]]:
    """Makes the pack of an action for somebody; see `evidence_pack`."""
    return partial(evidence_pack, reads=SqlEvidence(reads), tree=tree, clock=clock)
