"""The Merkle tree of RFC 9162, section 2.1: hashing, growing, and which complete subtrees a proof is made of.

A node is `(level, position)`: the complete subtree over the leaves `position * 2**level` and the next `2**level`. Once
complete it never changes, so only complete subtrees are kept; what is incomplete is folded from them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

_sha256 = hashlib.sha256
Node: TypeAlias = tuple[int, int]
Range: TypeAlias = tuple[int, int]
"""Leaves from the first number up to, without, the second."""

EMPTY_ROOT = _sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry's bytes."""
    return _sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return _sha256(b"\1" + left + right).digest()


def peaks(first: int, end: int) -> list[Node]:
    """The complete subtrees that make up the leaves `first` to `end`, from left to right.

    `first` has to be where a subtree of that many leaves may begin, as it does in every part of a tree.
    """
    nodes: list[Node] = []
    while first < end:
        level = (end - first).bit_length() - 1
        nodes.append((level, first >> level))
        first += 1 << level
    return nodes


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash of a subtree from those of its `peaks`; of none, the root of the empty tree."""
    if not hashes:
        return EMPTY_ROOT
    folded = hashes[-1]
    for left in reversed(hashes[:-1]):
        folded = node_hash(left, folded)
    return folded


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Whose hashes prove that leaf `index` is in the tree of `size` leaves, the leaf's neighbour first.

    Raises ValueError unless `0 <= index < size`.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} entries has no entry {index}")
    siblings: list[Range] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((first, middle))
            first = middle
    return siblings[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Whose hashes prove that the tree of `new` leaves begins with the tree of `old`.

    Raises ValueError unless `0 < old <= new`. Nothing has to be shown for two equal sizes.
    """
    if not 0 < old <= new:
        raise ValueError(f"there is no proof from {old} to {new} entries")
    shown: list[Range] = []
    first, end = 0, new
    while old != end:
        middle = first + _split(end - first)
        if old <= middle:
            shown.append((middle, end))
            end = middle
        else:
            shown.append((first, middle))
            first = middle
    if first:
        shown.append((first, end))
    return shown[::-1]


def nodes_of(ranges: Iterable[Range]) -> list[Node]:
    """The complete subtrees to look up for these ranges."""
    return [node for first, end in ranges for node in peaks(first, end)]


def proof_of(ranges: Iterable[Range], known: Mapping[Node, bytes]) -> list[bytes]:
    """The hashes of these ranges. Raises KeyError for a node that is not among the `known`."""
    return [fold([known[node] for node in peaks(first, end)]) for first, end in ranges]


class Frontier:
    """The right edge of a tree: all that is needed to let it grow and to tell its root."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """`hashes` are those of `peaks(0, size)`. Raises ValueError when they are not as many."""
        if len(hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} entries has {size.bit_count()} peaks, not {len(hashes)}")
        self.size = size
        self._hashes = list(hashes)

    @property
    def root(self) -> bytes:
        """The root as of now."""
        return fold(self._hashes)

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """Those of `peaks(0, size)`."""
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Let the leaf with this hash follow; the subtrees that it completes, itself first."""
        made: list[tuple[Node, bytes]] = [((0, self.size), leaf)]
        level, position = 0, self.size
        while position & 1:
            leaf = node_hash(self._hashes.pop(), leaf)
            level, position = level + 1, position >> 1
            made.append(((level, position), leaf))
        self._hashes.append(leaf)
        self.size += 1
        return made

    def append_subtree(self, level: int, root: bytes) -> None:
        """Let a complete subtree follow. Raises ValueError where one of that height cannot begin."""
        if self.size & ((1 << level) - 1):
            raise ValueError(f"no subtree of height {level} begins at entry {self.size}")
        position = self.size >> level
        while position & 1:
            root = node_hash(self._hashes.pop(), root)
            position >>= 1
        self._hashes.append(root)
        self.size += 1 << level


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
