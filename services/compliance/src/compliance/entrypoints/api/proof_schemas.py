"""Proofs and checkpoints as the API gives them. Hashes are in hex, a checkpoint's note is as it was signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Json


class CheckpointRead(BaseModel):
    """Size and root of the tree, signed: a C2SP tlog-checkpoint. `verifier` is the key to verify it with."""

    size: int
    note: str
    verifier: str
    written_at: datetime


class VerifierKeysRead(BaseModel):
    """Public keys of checkpoints, the newest first, as `name+id+key` of C2SP signed-note."""

    keys: list[str]


class OpeningRead(BaseModel):
    """The SHA-256 of `salt` (bytes in hex) and the canonical JSON of `value` is what the leaf commits to."""

    salt: str
    value: Any


class InclusionProofRead(BaseModel):
    """RFC 9162: `leaf_hash` folded with `path` is `root`, that of the tree of `tree_size` entries.

    `leaf_hash` is the SHA-256 of a zero byte and `leaf`. `openings` open what the leaf commits to; those of an erased
    person are gone. `checkpoint` is the one that signs this root, null for a tree no checkpoint covers.
    """

    sequence: int
    position: int
    tree_size: int
    leaf: str
    leaf_hash: str
    path: list[str]
    root: str
    openings: dict[str, OpeningRead]
    erased: bool
    checkpoint: CheckpointRead | None


class EntryOpened(BaseModel):
    """One entry as it is kept."""

    position: int | None
    leaf: str
    openings: Json[dict[str, OpeningRead]]
    erased: bool


class ConsistencyProofRead(BaseModel):
    """RFC 9162: the tree of `to_size` entries begins with the one of `from_size` entries."""

    from_size: int
    to_size: int
    from_root: str
    to_root: str
    path: list[str]
