"""The tree's nodes in PostgreSQL: read for proofs, written by the sequencer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Protocol

from compliance.domain.proof.tree import Frontier, Node, peaks
from shared.db.reads import Row

_NODES = """SELECT n.level, n.position, n.hash FROM unnest($1::smallint[], $2::bigint[]) AS w (level, position)
    JOIN ledger_nodes n ON n.level = w.level AND n.position = w.position"""
_SIZE = "SELECT position + 1 FROM ledger_nodes WHERE level = 0 ORDER BY position DESC LIMIT 1"

_PAGES = """SELECT w.level, w.page, p.there, p.until, p.hashes
    FROM unnest($1::smallint[], $2::bigint[]) AS w (level, page), LATERAL (
      SELECT count(*) AS there, coalesce(max(n.position) + 1 - w.page * 256, 0) AS until,
        string_agg(n.hash, ''::bytea ORDER BY n.position) AS hashes
      FROM ledger_nodes n WHERE n.level = w.level AND n.position >= w.page * 256 AND n.position < (w.page + 1) * 256
    ) p"""
_PAGE, _WITHIN, _BYTES = 8, 255, 32
_REMEMBERED = 1_024


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
    """Meets `Tree` of the proofs over a pool or a connection; every node is read when it is asked for."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._reached = 0

    async def size(self) -> int:
        self._reached = await tree_size(self._reads)
        return self._reached

    async def reaches(self, size: int) -> bool:
        return size <= self._reached or size <= await self.size()

    async def nodes(self, wanted: Collection[Node]) -> dict[Node, bytes]:
        return await read_nodes(self._reads, list(wanted))


class RememberedTree(StoredTree):
    """The same for many proofs: complete subtrees never change, so pages of 256 of them are remembered, 8 MB at most.

    What somebody does to the database meanwhile is found by `rapport ledger verify` and by the checkpoints, which
    remember nothing.
    """

    def __init__(self, reads: Reads) -> None:
        super().__init__(reads)
        self._pages: dict[Node, bytes] = {}

    async def nodes(self, wanted: Collection[Node]) -> dict[Node, bytes]:
        known, missing = self._remembered(wanted)
        if missing:
            await self._read({(level, position >> _PAGE) for level, position in missing})
            more, lost = self._remembered(missing)
            if lost:
                raise MissingNodes(f"the tree has lost its nodes (level, position): {lost}")
            known |= more
        return known

    def _remembered(self, wanted: Collection[Node]) -> tuple[dict[Node, bytes], list[Node]]:
        known: dict[Node, bytes] = {}
        missing: list[Node] = []
        for node in wanted:
            level, position = node
            start = (position & _WITHIN) * _BYTES
            found = self._pages.get((level, position >> _PAGE), b"")[start : start + _BYTES]
            if found:
                known[node] = found
            else:
                missing.append(node)
        return known, missing

    async def _read(self, pages: Collection[Node]) -> None:
        rows = await self._reads.fetch(_PAGES, [level for level, _ in pages], [number for _, number in pages])
        for row in rows:
            if row["there"] != row["until"]:
                raise MissingNodes(f"the tree has lost nodes of level {row['level']}, page {row['page']}")
            self._pages.pop((row["level"], row["page"]), None)
            self._pages[row["level"], row["page"]] = row["hashes"] or b""
        while len(self._pages) > _REMEMBERED:
            del self._pages[next(iter(self._pages))]
