"""The tree's nodes in PostgreSQL: read for proofs, written by the sequencer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from compliance.domain.proof.tree import Frontier, Node, peaks
from shared.db.reads import Row

_NODES = """SELECT n.level, n.position, n.hash FROM unnest($1::smallint[], $2::bigint[]) AS w (level, position)
    JOIN ledger_nodes n ON n.level = w.level AND n.position = w.position"""
_SIZE = "SELECT position + 1 FROM ledger_nodes WHERE level = 0 ORDER BY position DESC LIMIT 1"


class Reads(Protocol):
    """A connection of the driver, or a pool of them."""

    async def fetch(self, query: str, *values: Any) -> list[Row]: ...
    async def fetchval(self, query: str, *values: Any) -> Any: ...


class MissingNodes(LookupError):
    """Nodes the tree must have are not there: somebody took them away."""


async def tree_size(reads: Reads) -> int:
    """How many entries the tree holds."""
    return await reads.fetchval(_SIZE) or 0


async def read_nodes(reads: Reads, nodes: Sequence[Node]) -> dict[Node, bytes]:
    """The hashes of complete subtrees, in one read. Raises MissingNodes."""
    if not nodes:
        return {}
    rows = await reads.fetch(_NODES, [level for level, _ in nodes], [position for _, position in nodes])
    known = {(row["level"], row["position"]): row["hash"] for row in rows}
    missing = [node for node in nodes if node not in known]
    if missing:
        raise MissingNodes(f"the tree has lost its nodes (level, position): {missing}")
    return known


async def frontier_at(reads: Reads, size: int) -> Frontier:
    """The right edge of the tree as it was with `size` entries. Raises MissingNodes."""
    edge = peaks(0, size)
    known = await read_nodes(reads, edge)
    return Frontier(size, [known[node] for node in edge])


class StoredTree:
    """Meets `Tree` of the proofs over a pool or a connection."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def size(self) -> int:
        return await tree_size(self._reads)

    async def nodes(self, wanted: Sequence[Node]) -> dict[Node, bytes]:
        return await read_nodes(self._reads, wanted)
