"""Checking proofs against roots, with nothing but the proof: RFC 9162, sections 2.1.3.2 and 2.1.4.2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from compliance.domain.proof.tree import node_hash


def inclusion_holds(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the entry with this leaf hash is number `index` of the tree of `size` entries with this root."""
    if not 0 <= index < size:
        return False
    place, last, folded = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            folded = node_hash(step, folded)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            folded = node_hash(folded, step)
        place, last = place >> 1, last >> 1
    return last == 0 and folded == root


def sides_of(index: int, size: int, steps: int) -> list[Literal["left", "right"]]:
    """On which side each step of an inclusion proof stands, so that it can be folded without knowing the place."""
    place, last = index, size - 1
    sides: list[Literal["left", "right"]] = []
    for _ in range(steps):
        left = bool(place & 1) or place == last
        sides.append("left" if left else "right")
        while left and place and not place & 1:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    return sides


def consistency_holds(*, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `new` entries begins with the tree of `old` entries."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, step)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
