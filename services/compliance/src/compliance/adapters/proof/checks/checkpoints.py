"""Checkpoints held against the tree that was computed anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compliance.adapters.proof.checkpoint_files import CheckpointFiles
from compliance.adapters.proof.checks.stretches import HEIGHT, WIDTH, Stretch
from compliance.adapters.proof.note_keys import signature_holds
from compliance.domain.proof.checkpoint import Checkpoint, UnusableNote, VerifierKey, opened
from compliance.domain.proof.findings import Discrepancy
from compliance.domain.proof.tree import Frontier, fold


@dataclass(frozen=True, slots=True)
class Signed:
    """The checkpoints whose signatures hold, by size, and what is wrong with the others."""

    checkpoints: dict[int, Checkpoint]
    wrong: list[Discrepancy]


def read_signed(files: CheckpointFiles, keys: Sequence[VerifierKey]) -> Signed:
    """Every checkpoint of a folder."""
    read = Signed({}, [])
    for size in files.sizes():
        try:
            read.checkpoints[size] = _of_size(size, opened(files.note(size), keys, signature_holds))
        except (UnusableNote, OSError, UnicodeDecodeError) as error:
            message = f"the checkpoint of {size} entries cannot be used: {error}"
            read.wrong.append(Discrepancy(kind="checkpoint_unusable", message=message, position=size))
    return read


def _of_size(size: int, checkpoint: Checkpoint) -> Checkpoint:
    if checkpoint.size != size:
        raise UnusableNote(f"it speaks of {checkpoint.size} entries")
    return checkpoint


class Continuation:
    """Puts stretches together, in order, and compares the root at every checkpoint's size."""

    def __init__(self, checkpoints: dict[int, Checkpoint]) -> None:
        self._checkpoints = checkpoints
        self.frontier = Frontier()
        self._agreed = 0
        self._differs: list[int] = []
        self._torn = False

    def sizes_within(self, first: int, end: int) -> list[int]:
        """The sizes of checkpoints that end in this stretch."""
        return [size for size in self._checkpoints if first < size <= end]

    def follow(self, stretch: Stretch) -> None:
        """The next stretch. One with a hole has no hashes: nothing after it can be compared, the hole was named."""
        self._torn = self._torn or not stretch.edges
        if self._torn:
            return
        for size, edge in sorted(stretch.edges.items()):
            checkpoint = self._checkpoints.get(size)
            if checkpoint is None:
                continue
            if fold([*self.frontier.hashes, *edge]) == checkpoint.root:
                self._agreed = size if not self._differs else self._agreed
            else:
                self._differs.append(size)
        if stretch.entries == WIDTH:
            self.frontier.append_subtree(HEIGHT, stretch.edges[stretch.first + WIDTH][0])

    def wrong(self, entries: int) -> Iterator[Discrepancy]:
        """What contradicts the checkpoints in a ledger of so many entries."""
        if self._differs:
            first = self._differs[0]
            later = f"; so do {len(self._differs) - 1} later ones" if len(self._differs) > 1 else ""
            yield Discrepancy(
                kind="history_rewritten",
                message=(
                    f"entries {self._agreed} to {first - 1} are not those that were signed: the checkpoint of {first}"
                    f" entries has another root{later}. One of them was changed, removed or put in, with all its hashes"
                ),
                position=self._agreed,
            )
        newest = max(self._checkpoints, default=0)
        if newest > entries:
            yield Discrepancy(
                kind="rolled_back",
                message=f"{newest} entries were signed, the database has {entries}: it was rolled back",
                position=entries,
            )
