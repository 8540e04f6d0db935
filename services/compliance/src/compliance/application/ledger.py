"""The ledger entry of a state change: who, what, when, why, and the hash of its leaf."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.domain.events import StateChange
from shared.contracts.hashing import canonical
from shared.kernel.events import DomainEvent

_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One row. `leaf` is what was hashed, as JSON values; `sha256` the hash of `written`, its canonical JSON."""

    leaf: Mapping[str, Any]
    written: bytes
    sha256: str


def entry_of(event: DomainEvent) -> LedgerEntry:
    """The entry of `event`. Raises TypeError for an event that is no state change: none may slip past the ledger."""
    if not isinstance(event, StateChange):
        raise TypeError(f"{type(event).__name__} is not a StateChange, so the ledger cannot record it")
    leaf = {
        "aggregate": event.AGGREGATE,
        "aggregate_id": event.aggregate_id,
        "aggregate_version": event.version,
        "what": _WORD_START.sub("_", type(event).__name__).lower(),
        "old_state": event.old_state,
        "new_state": event.new_state,
        "who": event.occasion.by,
        "at": event.occasion.at.isoformat(),
        "why": event.occasion.why,
        "evidence": dict(event.evidence()),
    }
    written = canonical(leaf)
    return LedgerEntry(leaf, written, hashlib.sha256(written).hexdigest())
