"""One entry: its bytes, its columns, and the values that its commitments stand for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple, cast

from pydantic_core import from_json

from compliance.domain.proof.findings import Discrepancy, Kind
from shared.contracts.hashing import canonical

_sha256 = hashlib.sha256
_text = json.encoder.encode_basestring
COLUMNS = ("entry_id", "aggregate", "aggregate_id", "aggregate_version", "what", "old_state", "new_state")
_STATED = itemgetter(*COLUMNS, "at", "committed")


class KeptEntry(NamedTuple):
    """An entry as it is kept; from `entry_id` on None where the row is gone. `hash` is the tree's, of its leaf."""

    position: int
    hash: bytes
    sequence: int
    entry_id: str | None
    aggregate: str | None
    aggregate_id: str | None
    aggregate_version: int | None
    what: str | None
    old_state: str | None
    new_state: str | None
    at: datetime | None
    leaf: bytes | None
    leaf_sha256: str | None
    who: str | None
    personal: str | None
    erased: bool | None
    """None where nothing of its values is known."""


def is_as_written(entry: KeptEntry, *, values: bool = True) -> bool:
    """Whether nothing is wrong with an entry whose bytes are those in the tree; `faults` names what is."""
    leaf = entry.leaf or b""
    if _sha256(leaf).hexdigest() != entry.leaf_sha256:
        return False
    try:
        parsed: dict[str, Any] = from_json(leaf)
        *stated, at, committed = _STATED(parsed)
        if tuple(stated) != entry[3:10] or datetime.fromisoformat(at) != entry.at:
            return False
        if not values:
            return True
        if entry.who is None or entry.personal is None:
            return False
        openings: dict[str, Any] = from_json(entry.personal)
        openings["who"] = from_json(entry.who)
        return openings.keys() == committed.keys() and all(
            _opens(opening, committed[name]) for name, opening in openings.items()
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def faults(entry: KeptEntry, *, leaf_fits: bool, values: bool = True) -> Iterator[Discrepancy]:
    """What is wrong with one entry that is there; `leaf_fits`: its bytes are those in the tree.

    Without `values` what opens its commitments is not looked at.
    """
    leaf = entry.leaf or b""
    if _sha256(leaf).hexdigest() != entry.leaf_sha256:
        which = "leaf_sha256" if leaf_fits else "leaf"
        yield _about(entry, "entry_changed", which, "its leaf and leaf_sha256 do not belong together")
    elif not leaf_fits:
        yield _about(entry, "entry_changed", "leaf", "its leaf and leaf_sha256 are not those that came into the tree")
    parsed = _parsed(leaf)
    if parsed is None:
        if leaf_fits:
            yield _about(entry, "entry_changed", "leaf", "its leaf is not the JSON of an entry")
        return
    yield from _columns(entry, parsed)
    if values:
        yield from _openings(entry, parsed)


def removed(entry: KeptEntry) -> Discrepancy:
    """The row of an entry that is in the tree is gone."""
    return Discrepancy(
        kind="entry_removed",
        message=f"entry {entry.sequence} (place {entry.position} of the tree) was removed from the ledger",
        position=entry.position,
        sequence=entry.sequence,
    )


def _columns(entry: KeptEntry, leaf: Mapping[str, Any]) -> Iterator[Discrepancy]:
    for name in COLUMNS:
        stated, signed = getattr(entry, name), leaf.get(name)
        if stated != signed:
            yield _about(entry, "entry_changed", name, f"{name} is {stated!r} in the row and {signed!r} in its leaf")
    if entry.at is None or entry.at != _moment(leaf.get("at")):
        yield _about(entry, "entry_changed", "at", f"at is {entry.at} in the row and {leaf.get('at')!r} in its leaf")


def _openings(entry: KeptEntry, leaf: Mapping[str, Any]) -> Iterator[Discrepancy]:
    committed: Mapping[str, Any] = leaf.get("committed") or {}
    if entry.who is None:
        yield _about(entry, "value_changed", "who", "the values it commits to were removed, without an erasure")
        return
    openings: dict[str, Any] = {} if entry.personal is None else from_json(entry.personal)
    openings["who"] = from_json(entry.who)
    for name, commitment in committed.items():
        opening = openings.pop(name, None)
        if opening is None:
            if not entry.erased:
                yield _about(entry, "value_changed", name, f"{name} was removed, without an erasure")
        elif not _opens(opening, commitment):
            yield _about(entry, "value_changed", name, f"{name} is not what the entry was written with")
    for name in openings:
        yield _about(entry, "value_changed", name, f"{name} was put beside an entry that does not commit to it")


def _opens(opening: Mapping[str, Any], commitment: Any) -> bool:
    try:
        value = opening["value"]
        written = _text(value).encode() if type(value) is str else canonical(value)
        salted = bytes.fromhex(opening["salt"]) + written
    except (KeyError, TypeError, ValueError):
        return False
    return _sha256(salted).hexdigest() == commitment


def _about(entry: KeptEntry, kind: Kind, field: str, problem: str) -> Discrepancy:
    return Discrepancy(
        kind=kind,
        message=f"entry {entry.sequence} ({entry.what} of {entry.aggregate} {entry.aggregate_id}): {problem}",
        position=entry.position,
        sequence=entry.sequence,
        aggregate=entry.aggregate,
        aggregate_id=entry.aggregate_id,
        field=field,
    )


def _parsed(leaf: bytes) -> dict[str, Any] | None:
    try:
        parsed: Any = from_json(leaf)
    except ValueError:
        return None
    return cast("dict[str, Any]", parsed) if isinstance(parsed, dict) else None  # JSON has no other keys than texts


def _moment(stated: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(stated)
    except (TypeError, ValueError):
        return None
