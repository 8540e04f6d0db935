"""What the check of a ledger finds: which entry, row or checkpoint, and in which field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal[
    "entry_changed",
    "entry_removed",
    "entry_inserted",
    "value_changed",
    "tree_changed",
    "history_rewritten",
    "rolled_back",
    "checkpoint_unusable",
    "checkpoint_gone",
    "row_changed",
    "row_removed",
    "row_unrecorded",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One thing that is not as it was recorded. `position` is the place in the tree, `sequence` the ledger's own."""

    kind: Kind
    message: str
    position: int | None = None
    sequence: int | None = None
    aggregate: str | None = None
    aggregate_id: str | None = None
    field: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Without what is not known."""
        return {name: value for name, value in asdict(self).items() if value is not None}


_MOST = 1_000


@dataclass(slots=True)
class Verification:
    """The result. The first thousand discrepancies are kept, all are counted."""

    entries: int = 0
    pending: int = 0
    erased: int = 0
    checkpoints: int = 0
    newest_checkpoint: int | None = None
    rows: int = 0
    not_compared: list[str] = field(default_factory=list[str])
    discrepancies: list[Discrepancy] = field(default_factory=list[Discrepancy])
    found: int = 0

    def add(self, found: Iterable[Discrepancy]) -> None:
        """Note what was found."""
        for each in found:
            self.found += 1
            if len(self.discrepancies) < _MOST:
                self.discrepancies.append(each)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.found == 0

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "ok": self.ok,
            "entries": self.entries,
            "pending": self.pending,
            "erased": self.erased,
            "checkpoints": self.checkpoints,
            "newest_checkpoint": self.newest_checkpoint,
            "rows": self.rows,
            "not_compared": self.not_compared,
            "found": self.found,
            "discrepancies": [each.as_json() for each in self.discrepancies],
        }
