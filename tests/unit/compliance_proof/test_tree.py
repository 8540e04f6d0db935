"""The tree is the one of RFC 9162, its proofs hold, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.application.proofs import ConsistencyProof, InclusionProof, prove_consistency, prove_inclusion
from compliance.domain.proof.tree import EMPTY_ROOT, Frontier, consistency_ranges, inclusion_ranges, leaf_hash
from compliance.domain.proof.verifying import consistency_holds, inclusion_holds
from support import rfc9162
from support.proof_builders import KeptTree, flipped

# Leaves and roots that implementations of Certificate Transparency publish for their tests.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (*("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"),)
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
ENTRIES = st.lists(st.binary(max_size=8), min_size=1, max_size=130)


def holds(of: InclusionProof, /, **changed: object) -> bool:
    given_ = {"index": of.position, "size": of.size, "leaf": of.leaf, "proof": of.path, "root": of.root}
    return inclusion_holds(**{**given_, **changed})


def agrees(of: ConsistencyProof, /, **changed: object) -> bool:
    given_ = {
        "old": of.old,
        "new": of.new,
        "old_root": of.old_root,
        "new_root": of.new_root,
        "proof": of.path,
    }
    return consistency_holds(**{**given_, **changed})


def test_the_roots_are_those_published_for_certificate_transparency() -> None:
    frontier = Frontier()
    assert frontier.root.hex() == EMPTY_ROOT.hex()
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        frontier.append(leaf_hash(leaf))
        assert frontier.root.hex() == root


@given(ENTRIES)
def test_a_tree_that_grows_has_the_root_the_standard_defines_at_every_size(entries: list[bytes]) -> None:
    frontier = Frontier()
    for number, entry in enumerate(entries, start=1):
        frontier.append(leaf_hash(entry))
        assert frontier.root == rfc9162.mth(entries[:number])


@given(ENTRIES, st.data())
async def test_every_inclusion_proof_is_the_standards_and_verifies(entries: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(entries)))
    index = data.draw(st.integers(0, size - 1))
    proof = await prove_inclusion(KeptTree(entries), index, size)
    assert list(proof.path) == rfc9162.path(index, entries[:size])
    assert proof.root == rfc9162.mth(entries[:size])
    assert holds(proof)


@given(ENTRIES, st.data())
async def test_every_consistency_proof_is_the_standards_and_verifies(entries: list[bytes], data: st.DataObject) -> None:
    new = data.draw(st.integers(1, len(entries)))
    old = data.draw(st.integers(1, new))
    proof = await prove_consistency(KeptTree(entries), old, new)
    assert list(proof.path) == rfc9162.proof(old, entries[:new])
    assert agrees(proof)


@given(ENTRIES, st.data())
async def test_no_changed_bit_of_an_inclusion_proof_verifies(entries: list[bytes], data: st.DataObject) -> None:
    proof = await prove_inclusion(KeptTree(entries), data.draw(st.integers(0, len(entries) - 1)))
    bit = data.draw(st.integers(0, 255))
    assert not holds(proof, leaf=flipped(proof.leaf, bit))
    assert not holds(proof, root=flipped(proof.root, bit))
    for number, step in enumerate(proof.path):
        assert not holds(proof, proof=[*proof.path[:number], flipped(step, bit), *proof.path[number + 1 :]])
        assert not holds(proof, proof=[*proof.path[:number], *proof.path[number + 1 :]])
    assert not holds(proof, proof=[*proof.path, proof.root])


@given(st.sets(st.binary(max_size=8), min_size=2, max_size=130), st.data())
async def test_no_other_leaf_and_no_other_place_verifies(distinct: set[bytes], data: st.DataObject) -> None:
    entries = sorted(distinct)
    proof = await prove_inclusion(KeptTree(entries), data.draw(st.integers(0, len(entries) - 1)))
    other = data.draw(st.integers(0, len(entries) - 1).filter(lambda number: number != proof.position))
    assert not holds(proof, leaf=leaf_hash(entries[other]))
    assert not holds(proof, index=other)
    assert not holds(proof, index=-1)
    assert not holds(proof, index=proof.size)


@given(ENTRIES.filter(lambda entries: len(entries) > 1), st.data())
async def test_no_changed_bit_of_a_consistency_proof_verifies(entries: list[bytes], data: st.DataObject) -> None:
    proof = await prove_consistency(KeptTree(entries), data.draw(st.integers(1, len(entries) - 1)))
    bit = data.draw(st.integers(0, 255))
    assert not agrees(proof, old_root=flipped(proof.old_root, bit))
    assert not agrees(proof, new_root=flipped(proof.new_root, bit))
    for number, step in enumerate(proof.path):
        assert not agrees(proof, proof=[*proof.path[:number], flipped(step, bit), *proof.path[number + 1 :]])
        assert not agrees(proof, proof=[*proof.path[:number], *proof.path[number + 1 :]])
    assert not agrees(proof, proof=[*proof.path, proof.new_root])
    assert not agrees(proof, proof=[])


@given(ENTRIES.filter(lambda entries: len(entries) > 1), st.data())
async def test_a_rewritten_beginning_is_consistent_with_nothing(entries: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(1, len(entries) - 1))
    rewritten = list(entries)
    place = data.draw(st.integers(0, old - 1))
    rewritten[place] += b"!"
    then, now = await prove_consistency(KeptTree(entries), old), await prove_consistency(KeptTree(rewritten), old)
    assert not agrees(now, old_root=then.old_root)


@given(ENTRIES, st.integers(0, 7))
def test_a_tree_of_whole_subtrees_is_the_tree_of_their_leaves(entries: list[bytes], level: int) -> None:
    hashes = [leaf_hash(entry) for entry in entries]
    leaf_by_leaf, by_subtrees = Frontier(), Frontier()
    width = 1 << level
    for start in range(0, len(hashes), width):
        part = hashes[start : start + width]
        subtree = Frontier()
        for leaf in part:
            leaf_by_leaf.append(leaf)
            subtree.append(leaf)
        if len(part) == width:
            by_subtrees.append_subtree(level, subtree.root)
        else:
            for leaf in part:
                by_subtrees.append(leaf)
    assert by_subtrees.root == leaf_by_leaf.root
    assert by_subtrees.size == leaf_by_leaf.size


def test_a_subtree_begins_only_where_it_may() -> None:
    frontier = Frontier()
    frontier.append(leaf_hash(b""))
    with pytest.raises(ValueError, match="begins"):
        frontier.append_subtree(1, leaf_hash(b""))
    with pytest.raises(ValueError, match="peaks"):
        Frontier(3, [])


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_there_is_no_proof_of_what_is_not_in_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no entry"):
        inclusion_ranges(index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 4), (5, 4), (-1, 3)])
def test_there_is_no_proof_from_nothing_or_from_the_future(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no proof"):
        consistency_ranges(old, new)
    assert not consistency_holds(old=old, new=new, old_root=EMPTY_ROOT, new_root=EMPTY_ROOT, proof=[])
