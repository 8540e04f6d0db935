"""The ledger entry of a state change: who, what, when, why, and the leaf that the Merkle tree is made of.

What may be personal is not in the leaf: it holds a commitment, the SHA-256 of a random salt and the value. Salt and
value (an `Opening`) are kept beside it, and go when the person is erased; the leaf and every proof of it stay.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from compliance.domain.events import StateChange
from shared.contracts.hashing import canonical
from shared.kernel.events import DomainEvent

_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SALT_BYTES = 32
_DIGEST = 32
WHO, WHY, ROW = "who", "why", "row"
"""Names of committed values: the one who acted, the reason, and the row as it was written, see `row_digests`."""

NewSalt = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a commitment. `salt` is 32 random bytes in hex, `value` a JSON value."""

    salt: str
    value: Any

    @property
    def commitment(self) -> str:
        """What the leaf says instead of the value."""
        return hashlib.sha256(bytes.fromhex(self.salt) + canonical(self.value)).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"salt": self.salt, "value": self.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One entry. `leaf` is what was hashed, as JSON values; `sha256` the hash of `written`, its canonical JSON.

    `who` opens the one who acted, `personal` all else, by name; `about` is the person whom `personal` is about.
    """

    leaf: Mapping[str, Any]
    written: bytes
    sha256: str
    who: Opening
    personal: Mapping[str, Opening]
    about: str | None


def new_salt() -> bytes:
    """As many random bytes as a hash has: nobody finds the value by trying."""
    return secrets.token_bytes(_SALT_BYTES)


def entry_of(
    event: DomainEvent, entry_id: str, *, row: Mapping[str, Any] | None = None, salt: NewSalt = new_salt
) -> LedgerEntry:
    """The entry of `event`; `row` is the aggregate's row as this transaction writes it.

    Raises TypeError for an event that is no state change: none may slip past the ledger.
    """
    if not isinstance(event, StateChange):
        raise TypeError(f"{type(event).__name__} is not a StateChange, so the ledger cannot record it")
    occasion = event.occasion
    values: dict[str, Any] = dict(event.personal())
    if occasion.why is not None:
        values[WHY] = occasion.why
    if row is not None:
        values[ROW] = " ".join(f"{name}={digest}" for name, digest in sorted(row_digests(row).items()))
    who = Opening(salt().hex(), occasion.by)
    personal = {name: Opening(salt().hex(), value) for name, value in values.items()}
    leaf = {
        "entry_id": entry_id,
        "aggregate": event.AGGREGATE,
        "aggregate_id": event.aggregate_id,
        "aggregate_version": event.version,
        "what": _WORD_START.sub("_", type(event).__name__).lower(),
        "old_state": event.old_state,
        "new_state": event.new_state,
        "at": occasion.at.isoformat(),
        "evidence": dict(event.evidence()),
        "committed": {WHO: who.commitment, **{name: each.commitment for name, each in personal.items()}},
    }
    written = canonical(leaf)
    return LedgerEntry(
        leaf=leaf,
        written=written,
        sha256=hashlib.sha256(written).hexdigest(),
        who=who,
        personal=personal,
        about=event.about,
    )


def row_digests(row: Mapping[str, Any]) -> dict[str, str]:
    """A digest per column, so that a row changed behind the ledger's back is found, and in which column."""
    return {name: hashlib.sha256(canonical(plain(value))).hexdigest()[:_DIGEST] for name, value in row.items()}


def plain(value: Any) -> Any:
    """A column's value as JSON has it."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
