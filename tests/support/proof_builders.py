"""Trees, kept in a dictionary as the database keeps them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from compliance.domain.proof.tree import Frontier, Node, leaf_hash


class KeptTree:
    """Every complete subtree of a growing tree; meets `compliance.application.proofs.Tree`."""

    def __init__(self, entries: Sequence[bytes] = ()) -> None:
        self.frontier = Frontier()
        self.kept: dict[Node, bytes] = {}
        for entry in entries:
            self.kept.update(self.frontier.append(leaf_hash(entry)))

    async def size(self) -> int:
        return self.frontier.size

    async def reaches(self, size: int) -> bool:
        return size <= self.frontier.size

    async def nodes(self, wanted: Collection[Node]) -> dict[Node, bytes]:
        return {node: self.kept[node] for node in wanted}


def flipped(data: bytes, bit: int) -> bytes:
    """The same with one bit changed."""
    place = bit % (len(data) * 8)
    return data[: place // 8] + bytes([data[place // 8] ^ (1 << place % 8)]) + data[place // 8 + 1 :]
