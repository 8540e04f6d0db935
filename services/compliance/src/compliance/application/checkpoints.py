"""Writing checkpoints: a signed note of the tree's size and root, outside the database, at an interval.

Nothing is signed that contradicts the last checkpoint: a database that holds fewer entries than it, or other ones, was
rolled back or changed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from compliance.domain.proof.checkpoint import Check, Checkpoint, Sign, UnusableNote, VerifierKey, opened, signed
from compliance.domain.proof.tree import Frontier, Node, leaf_hash, peaks

Contradiction = Literal["rolled_back", "changed", "checkpoint_gone", "checkpoint_unusable"]


class LedgerInconsistent(Exception):
    """The database is not the one that the last checkpoint was written of; nothing is signed."""

    def __init__(self, kind: Contradiction, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class LedgerView(Protocol):
    """The ledger as of one moment."""

    async def size(self) -> int: ...
    async def nodes(self, wanted: Collection[Node]) -> dict[Node, bytes]:
        """Raises LookupError for a node that must be there and is not."""
        ...

    def leaves(self, first: int, end: int) -> AsyncIterator[bytes]:
        """The bytes of the entries in order of the tree. Ends early where one is missing."""
        ...


class CheckpointNotes(Protocol):
    """What the database itself remembers of checkpoints."""

    def view(self) -> AbstractAsyncContextManager[LedgerView]: ...
    async def latest(self) -> int | None: ...
    async def note(self, size: int, note: str, verifier: str) -> None:
        """Remember a checkpoint that was written; saying so twice is harmless."""
        ...


class Files(Protocol):
    """Where checkpoints are kept, outside the database."""

    def latest(self) -> int | None: ...
    def note(self, size: int) -> str: ...
    def write(self, size: int, note: str) -> bool: ...
    def publish_keys(self, lines: Sequence[str]) -> None: ...


class Keys(Protocol):
    """Who signs."""

    @property
    def verifier(self) -> VerifierKey: ...
    @property
    def verifiers(self) -> Sequence[VerifierKey]: ...
    @property
    def sign(self) -> Sign: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """The means to write checkpoints."""

    files: Files
    keys: Keys
    check: Check
    notes: CheckpointNotes


async def write_checkpoint(means: Signing) -> Checkpoint | None:
    """The checkpoint that now is the newest; None for an empty ledger. Raises LedgerInconsistent."""
    means.files.publish_keys([str(key) for key in means.keys.verifiers])
    last = await _last(means)
    async with means.notes.view() as view:
        now = await _confirmed(view, last, means.keys.verifier.name)
    if now.size == 0:
        return None
    if last is None or now.size > last.size:
        means.files.write(now.size, signed(now, means.keys.verifier, means.keys.sign))
    # Also what was written before a crash is noted: the file comes first, always.
    await means.notes.note(now.size, means.files.note(now.size), str(means.keys.verifier))
    return now


async def _last(means: Signing) -> Checkpoint | None:
    written, noted = means.files.latest(), await means.notes.latest()
    if noted is not None and (written is None or written < noted):
        raise LedgerInconsistent(
            "checkpoint_gone", f"the checkpoint of {noted} entries was written and its file is not there any more"
        )
    if written is None:
        return None
    try:
        last = opened(means.files.note(written), means.keys.verifiers, means.check)
    except (UnusableNote, OSError, UnicodeDecodeError) as error:
        raise LedgerInconsistent("checkpoint_unusable", f"the checkpoint of {written} entries: {error}") from error
    if last.size != written:
        raise LedgerInconsistent("checkpoint_unusable", f"the file for {written} entries speaks of {last.size}")
    return last


async def _confirmed(view: LedgerView, last: Checkpoint | None, origin: str) -> Checkpoint:
    """The tree as it is, if it begins with what was signed and its newer entries are what was taken in."""
    size = await view.size()
    before = 0 if last is None else last.size
    if size < before:
        raise LedgerInconsistent("rolled_back", f"{before} entries were signed, the database has {size}")
    try:
        frontier = await _frontier(view, before)
        if last is not None and frontier.root != last.root:
            raise LedgerInconsistent("changed", f"the first {before} entries are not those that were signed")
        async for leaf in view.leaves(before, size):
            frontier.append(leaf_hash(leaf))
        root = (await _frontier(view, size)).root
    except LookupError as error:
        raise LedgerInconsistent("changed", str(error)) from error
    if frontier.size != size or frontier.root != root:
        raise LedgerInconsistent("changed", f"entries {before} to {size} are not those that were taken into the tree")
    return Checkpoint(origin, size, root)


async def _frontier(view: LedgerView, size: int) -> Frontier:
    edge = peaks(0, size)
    known = await view.nodes(edge)
    return Frontier(size, [known[node] for node in edge])
