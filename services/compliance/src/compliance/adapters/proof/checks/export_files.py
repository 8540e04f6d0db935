"""A ledger as a file of JSON lines: written from one snapshot of the database, checked without it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, TextIO, cast

from compliance.adapters.proof.checks.checkpoints import Continuation, Signed
from compliance.adapters.proof.checks.database import ENTRIES, snapshot
from compliance.adapters.proof.checks.entries import KeptEntry
from compliance.adapters.proof.checks.stretches import WIDTH, check_stretch
from compliance.application.ledger_checks import Progress
from compliance.domain.proof.findings import Discrepancy, Verification

FORMAT = "rapport-ledger/1"
_SIZE = "SELECT coalesce(max(position) + 1, 0) FROM ledger_nodes WHERE level = 0"
_AT_ONCE = 4_096
_VALUES = ("who", "personal", "erased")


class UnusableExport(Exception):
    """A file that is no export of a ledger; the message names the line."""


async def export_ledger(url: str, into: TextIO, *, values: bool, progress: Progress) -> int:
    """Write all entries of the tree, in its order; how many. With `values`, also what opens their commitments."""
    async with snapshot(url) as connection:
        size: int = await connection.fetchval(_SIZE)
        into.write(_line({"format": FORMAT, "entries": size, "values": values}))
        for first in range(0, size, _AT_ONCE):
            rows = await connection.fetch(ENTRIES, first, min(size, first + _AT_ONCE))
            into.writelines(_line(_written(KeptEntry(*row), values=values)) for row in rows)
            progress("entries", min(size, first + _AT_ONCE), size)
    return size


def verify_export(lines: Iterable[str], signed: Signed, *, progress: Progress) -> Verification:
    """Check every entry of a file and all checkpoints. Raises UnusableExport."""
    numbered = enumerate(lines, start=1)
    header = _parsed(*next(numbered, (1, "")))
    if header.get("format") != FORMAT:
        raise UnusableExport(f"line 1 does not say {FORMAT}: this is no export of a ledger")
    size, values = int(header["entries"]), bool(header["values"])
    result = Verification(
        checkpoints=len(signed.checkpoints),
        newest_checkpoint=max(signed.checkpoints, default=None),
        not_compared=["rows of cases, permits and the others: an export has none"],
    )
    result.add(signed.wrong)
    continuation = Continuation(signed.checkpoints)
    entries = _in_order(numbered, result)
    while stretch := list(islice(entries, WIDTH)):
        end = stretch[-1].position + 1
        sizes = [*continuation.sizes_within(stretch[0].position, end), end]
        checked = check_stretch(stretch, None, sizes, values=values)
        continuation.follow(checked)
        result.add(checked.wrong)
        result.erased += checked.erased
        result.entries = end
        progress("entries", end, size)
    if result.entries != size:
        message = f"the file says it has {size} entries, it has {result.entries}"
        result.add([Discrepancy(kind="entry_removed", message=message, position=result.entries)])
    result.add(continuation.wrong(result.entries))
    return result


def _in_order(numbered: Iterator[tuple[int, str]], result: Verification) -> Iterator[KeptEntry]:
    """The entries at the places they hold; a missing one is named, and stands for nothing the tree would have."""
    for place, (number, line) in enumerate(numbered):
        entry = _read(number, _parsed(number, line))
        if entry.position != place:
            known = f"entries {place} to {entry.position - 1} are missing" if entry.position > place else "out of order"
            kind = "entry_removed" if entry.position > place else "entry_inserted"
            result.add(
                [
                    Discrepancy(
                        kind=kind,
                        message=f"line {number} holds entry {entry.position} of the tree: {known}",
                        position=place,
                        sequence=entry.sequence,
                    )
                ]
            )
        yield entry._replace(position=place)


def _written(entry: KeptEntry, *, values: bool) -> dict[str, Any]:
    line: dict[str, Any] = entry._asdict()
    line["hash"] = entry.hash.hex()
    line["at"] = None if entry.at is None else entry.at.isoformat()
    line["leaf"] = None if entry.leaf is None else entry.leaf.decode(errors="backslashreplace")
    if not values:
        for name in _VALUES:
            del line[name]
    return line


def _read(number: int, line: dict[str, Any]) -> KeptEntry:
    try:
        given: dict[str, Any] = {**dict.fromkeys(_VALUES), **line}
        given["hash"] = bytes.fromhex(given["hash"])
        given["at"] = None if given["at"] is None else datetime.fromisoformat(given["at"])
        given["leaf"] = None if given["leaf"] is None else given["leaf"].encode()
        return KeptEntry(**given)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UnusableExport(f"line {number} is no entry of a ledger") from None


def _parsed(number: int, line: str) -> dict[str, Any]:
    try:
        parsed: Any = json.loads(line)
    except ValueError:
        raise UnusableExport(f"line {number} is not JSON") from None
    if not isinstance(parsed, dict):
        raise UnusableExport(f"line {number} is not a JSON object")
    return cast("dict[str, Any]", parsed)  # JSON has no other keys than texts


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
