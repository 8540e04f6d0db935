"""A stretch of the tree: 16,384 entries, every hash over them computed anew and held against the kept ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from compliance.adapters.proof.checks.entries import KeptEntry, faults, is_as_written, removed
from compliance.domain.proof.findings import Discrepancy
from compliance.domain.proof.tree import Node, node_hash, peaks

_sha256 = hashlib.sha256
HEIGHT = 14
WIDTH = 1 << HEIGHT
KeptLevels: TypeAlias = Mapping[int, Sequence[tuple[int, bytes]]]
"""Position and hash of the kept nodes by level, in order of positions."""


@dataclass(slots=True)
class Stretch:
    """What was found from entry `first` on. `edges` are the peaks of the stretch at every size that was asked for."""

    first: int
    entries: int
    erased: int = 0
    present: int = 0
    edges: dict[int, list[bytes]] = field(default_factory=dict[int, list[bytes]])
    wrong: list[Discrepancy] = field(default_factory=list[Discrepancy])


def check_stretch(
    entries: Sequence[KeptEntry], kept: KeptLevels | None, sizes: Iterable[int], *, values: bool = True
) -> Stretch:
    """Check entries that follow one another, the first where a stretch begins.

    `kept` are the tree's nodes above them, None where they are not at hand. `sizes` of the whole tree that lie in this
    stretch (its end included) get their edges.
    """
    first = entries[0].position
    stretch = Stretch(first, len(entries))
    parents = None if kept is None else dict(kept.get(1, ()))
    leaves: list[bytes] = []
    for entry in entries:
        if entry.leaf is None:
            stretch.wrong.append(removed(entry))
            leaves.append(entry.hash)
            continue
        stretch.present += 1
        stretch.erased += bool(entry.erased)
        leaf = _sha256(b"\0" + entry.leaf).digest()
        fits = leaf == entry.hash
        if not fits and _node_was_changed(entry, leaf, entries, parents):
            stretch.wrong.append(_changed((0, entry.position)))
            fits = True
        if not fits or not is_as_written(entry, values=values):
            stretch.wrong.extend(faults(entry, leaf_fits=fits, values=values))
        leaves.append(leaf if fits else entry.hash)
    levels = _levels(leaves)
    if kept is not None:
        stretch.wrong.extend(changed_nodes(_wrong_nodes(first, levels, kept)))
    for size in sizes:
        stretch.edges[size] = [levels[level][position - (first >> level)] for level, position in peaks(first, size)]
    return stretch


def changed_nodes(wrong: Sequence[Node]) -> list[Discrepancy]:
    """One discrepancy per lowest node: those above it are wrong because it is."""
    return [_changed(node) for node in wrong if not any(_is_above(node, other) for other in wrong)]


def _node_was_changed(
    entry: KeptEntry, leaf: bytes, entries: Sequence[KeptEntry], parents: Mapping[int, bytes] | None
) -> bool:
    """Whether the tree's own hash is the wrong one of the two: what is above it fits the entry's bytes."""
    above = None if parents is None else parents.get(entry.position >> 1)
    neighbour = (entry.position ^ 1) - entries[0].position
    if above is None or neighbour >= len(entries):
        return _sha256(entry.leaf or b"").hexdigest() == entry.leaf_sha256
    pair = (entries[neighbour].hash, leaf) if entry.position & 1 else (leaf, entries[neighbour].hash)
    return node_hash(*pair) == above


def _levels(leaves: list[bytes]) -> list[list[bytes]]:
    """Complete subtrees by level."""
    levels, below = [leaves], leaves
    while len(below) > 1:
        pairs = zip(below[::2], below[1::2], strict=False)
        below = [_sha256(b"\1" + left + right).digest() for left, right in pairs]
        levels.append(below)
    return levels


def _wrong_nodes(first: int, levels: Sequence[Sequence[bytes]], kept: KeptLevels) -> list[Node]:
    wrong: list[Node] = []
    for level, computed in enumerate(levels[1:], start=1):
        begin, stored = first >> level, kept.get(level, ())
        if len(stored) == len(computed) and stored[0][0] == begin and [node for _, node in stored] == computed:
            continue
        there = dict(stored)
        right = {begin + number: node for number, node in enumerate(computed)}
        wrong += [(level, each) for each in {**there, **right} if there.get(each) != right.get(each)]
    return wrong


def _is_above(node: Node, other: Node) -> bool:
    (level, position), (lower, place) = node, other
    return lower < level and place >> (level - lower) == position


def _changed(node: Node) -> Discrepancy:
    level, position = node
    first, last = position << level, ((position + 1) << level) - 1
    where = f"entry {first}" if not level else f"entries {first} to {last}"
    return Discrepancy(
        kind="tree_changed",
        message=f"the tree's hash over {where} (ledger_nodes level {level}, position {position}) is not theirs",
        position=first,
        field="ledger_nodes.hash",
    )
