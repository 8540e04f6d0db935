"""Proofs that an entry is in the ledger, and that the ledger of then is the beginning of the ledger of now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from compliance.domain.proof.tree import Node, consistency_ranges, fold, inclusion_ranges, nodes_of, peaks, proof_of
from shared.kernel.errors import InvalidValue, NotFound, Unavailable


class Tree(Protocol):
    """What is kept of the tree."""

    async def size(self) -> int: ...
    async def reaches(self, size: int) -> bool:
        """Whether it has so many entries. It only grows, so a yes may be remembered."""
        ...

    async def nodes(self, wanted: Collection[Node]) -> dict[Node, bytes]:
        """Raises LookupError for a node that must be there and is not."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """Entry number `position` is in the tree of `size` entries with this root: fold `leaf` with the path."""

    position: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyProof:
    """The tree of `new` entries begins with the tree of `old` entries."""

    old: int
    new: int
    old_root: bytes
    new_root: bytes
    path: tuple[bytes, ...]


async def prove_inclusion(tree: Tree, position: int, size: int | None = None) -> InclusionProof:
    """The proof in the tree of `size` entries, by default of all. Raises NotFound, InvalidValue, Unavailable."""
    size = await _within(tree, size, "tree_size")
    if position >= size:
        raise NotFound(
            f"entry {position} is not in the tree of {size} entries",
            remedy="ask for a larger tree_size, or again in a second: new entries are taken in then",
        )
    ranges, edge = inclusion_ranges(position, size), peaks(0, size)
    known = await _known(tree, {*nodes_of(ranges), *edge, (0, position)})
    return InclusionProof(
        position=position,
        size=size,
        leaf=known[0, position],
        path=tuple(proof_of(ranges, known)),
        root=fold([known[node] for node in edge]),
    )


async def prove_consistency(tree: Tree, old: int, new: int | None = None) -> ConsistencyProof:
    """The proof from `old` to `new` entries, by default all. Raises InvalidValue, Unavailable."""
    new = await _within(tree, new, "to_size")
    if not 0 < old <= new:
        raise InvalidValue(
            f"from_size must be between 1 and {new}", field="from_size", remedy="give the size of a checkpoint"
        )
    ranges, before, after = consistency_ranges(old, new), peaks(0, old), peaks(0, new)
    known = await _known(tree, {*nodes_of(ranges), *before, *after})
    return ConsistencyProof(
        old=old,
        new=new,
        old_root=fold([known[node] for node in before]),
        new_root=fold([known[node] for node in after]),
        path=tuple(proof_of(ranges, known)),
    )


async def _within(tree: Tree, size: int | None, field: str) -> int:
    if size is None:
        return await tree.size()
    if size < 1 or not await tree.reaches(size):
        there = await tree.size()
        raise InvalidValue(f"{field} must be between 1 and {there}", field=field, remedy="leave it out for all entries")
    return size


async def _known(tree: Tree, wanted: Collection[Node]) -> dict[Node, bytes]:
    try:
        return await tree.nodes(wanted)
    except LookupError as error:
        raise Unavailable(
            str(error), remedy="run `rapport ledger verify`; the runbook is ledger-inconsistent"
        ) from error
