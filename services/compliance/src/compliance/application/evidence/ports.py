"""What an evidence pack is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvableEntry:
    """A ledger entry. `position` is None until it is in the tree; `openings` are `{salt, value}` by name."""

    position: int | None
    leaf: str
    openings: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """A row as it stands after `version` of its aggregate; columns as JSON values."""

    aggregate: str
    aggregate_id: str
    version: int
    columns: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The newest signed checkpoint, and the key to verify it with."""

    size: int
    note: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that is kept about one action, as of one moment.

    `rule_files` are the texts of the files in which the rules stand that spoke, by rule set and name.
    """

    entries: Sequence[ProvableEntry]
    rows: Sequence[KeptRow]
    rule_files: Mapping[str, Mapping[str, str]]
    checkpoint: Checkpoint | None


class EvidenceReads(Protocol):
    """Finds what a pack is made of."""

    async def of(self, action_id: str) -> Material | None:
        """None for an action that has no case."""
        ...
