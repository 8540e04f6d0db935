"""I6 from the ledger alone: every version has its entry, every entry its leaf, every leaf its place in the tree."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import asyncpg

from soak.account import Account, Broken
from soak.observed import Row
from soak.oracle import EVENTS, lost_events

_ROWS = {
    "case": ("cases", "action_id"),
    "permit": ("permits", "permit_id"),
    "safety_case": ("safety_cases", "safety_case_id"),
    "cap_reservation": ("cap_reservations", "reservation_id"),
}
_ENTRIES = """SELECT l.aggregate, l.aggregate_id, l.aggregate_version, l.new_state, l.leaf, l.leaf_sha256, l.at,
      p.who::text AS who, p.personal::text AS personal, p.erased_at IS NOT NULL AS erased
    FROM ledger l LEFT JOIN ledger_personal p ON p.entry_id = l.entry_id
    WHERE l.aggregate_id = ANY($1::text[]) ORDER BY l.aggregate_id, l.aggregate_version"""
_LEAVES = """SELECT n.position, n.hash, l.leaf FROM ledger_nodes n LEFT JOIN ledger l ON l.sequence = n.sequence
    WHERE n.level = 0 AND n.position >= $1 ORDER BY n.position"""
_NODE = "SELECT hash FROM ledger_nodes WHERE level = $1 AND position = $2"
_OUTBOX = """SELECT aggregate_id, type, count(*) AS n FROM outbox_messages
    WHERE aggregate_id = ANY($1::text[]) AND type = ANY($2::text[]) GROUP BY 1, 2"""
_PENDING = "SELECT count(*) FROM ledger_pending"


class LedgerOracle:
    """Keeps the complete subtrees of everything it has seen in the tree, as RFC 9162 builds them."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._connection = connection
        self._size = 0
        self._peaks: list[tuple[int, bytes]] = []

    async def check(self, account: Account) -> None:
        """At the end of a history, after the sequencer has run."""
        await self._entries(account)
        await self._tree()
        published = await self._connection.fetch(_OUTBOX, list(account.versions), sorted(set(EVENTS.values())))
        lost_events(account, Counter({(each["aggregate_id"], each["type"]): each["n"] for each in published}))

    async def _entries(self, account: Account) -> None:
        ids = {
            "case": [each["action_id"] for each in account.now.cases],
            "permit": [each["permit_id"] for each in account.now.permits],
            "safety_case": [each["id"] for each in account.now.safety],
            "cap_reservation": [each["id"] for each in account.now.reservations],
        }
        entries: dict[tuple[str, str], list[Any]] = {}
        for each in await self._connection.fetch(_ENTRIES, [one for many in ids.values() for one in many]):
            entries.setdefault((each["aggregate"], each["aggregate_id"]), []).append(each)
        for aggregate, (table, key) in _ROWS.items():
            statement = f"SELECT * FROM {table} WHERE {key} = ANY($1::text[])"  # noqa: S608 - constant names
            for row in await self._connection.fetch(statement, ids[aggregate]):
                _check_row(aggregate, row[key], dict(row), entries.get((aggregate, row[key]), []))

    async def _tree(self) -> None:
        if await self._connection.fetchval(_PENDING):
            raise Broken("I6", "entries wait for the sequencer after it has run")
        for each in await self._connection.fetch(_LEAVES, self._size):
            if each["position"] != self._size or each["leaf"] is None:
                raise Broken("I6", f"the tree has no entry at place {self._size}")
            leaf = hashlib.sha256(b"\x00" + each["leaf"]).digest()
            if leaf != each["hash"]:
                raise Broken("I6", f"the leaf at place {self._size} is not the hash of its entry")
            self._append(leaf)
        position = 0
        for level, node in self._peaks:
            kept = await self._connection.fetchval(_NODE, level, position >> level)
            if kept != node:
                raise Broken("I6", f"the subtree of {1 << level} entries from place {position} has another hash")
            position += 1 << level

    def _append(self, leaf: bytes) -> None:
        self._size += 1
        self._peaks.append((0, leaf))
        while len(self._peaks) > 1 and self._peaks[-1][0] == self._peaks[-2][0]:
            (level, left), (_, right) = self._peaks[-2:]
            self._peaks[-2:] = [(level + 1, hashlib.sha256(b"\x01" + left + right).digest())]


def _check_row(aggregate: str, key: str, row: Row, entries: list[Any]) -> None:
    about = f"{aggregate} {key}"
    versions = [each["aggregate_version"] for each in entries]
    if versions != list(range(1, row["version"] + 1)):
        raise Broken("I6", f"{about} is at version {row['version']}, its entries are {versions}")
    newest = entries[-1]
    if newest["new_state"] != row["state"]:
        raise Broken("I6", f"{about} is {row['state']}, its newest entry says {newest['new_state']}")
    for each in entries:
        _check_entry(about, each)
    committed = json.loads(newest["personal"]).get("row") if newest["personal"] else None
    if newest["erased"]:
        return
    if committed is None:
        raise Broken("I6", f"the newest entry of {about} does not commit to its row")
    digests = dict(pair.split("=") for pair in committed["value"].split())
    wrong = [name for name, digest in digests.items() if _digest(row.get(name)) != digest]
    if wrong or digests.keys() != row.keys() & digests.keys():
        raise Broken("I6", f"{about} is not the row that was recorded: {wrong}")


def _check_entry(about: str, entry: Any) -> None:
    if hashlib.sha256(entry["leaf"]).hexdigest() != entry["leaf_sha256"]:
        raise Broken("I6", f"an entry of {about} has another hash than its leaf")
    leaf = json.loads(entry["leaf"])
    said = (leaf["aggregate_id"], leaf["aggregate_version"], leaf["new_state"])
    if said != (entry["aggregate_id"], entry["aggregate_version"], entry["new_state"]):
        raise Broken("I6", f"an entry of {about} says something else than its leaf")
    if entry["who"] is None:
        raise Broken("I6", f"nobody is named in an entry of {about}")
    values = {"who": json.loads(entry["who"]), **(json.loads(entry["personal"]) if not entry["erased"] else {})}
    if not values["who"]["value"]:
        raise Broken("I6", f"nobody is named in an entry of {about}")
    for name, opening in values.items():
        salted = bytes.fromhex(opening["salt"]) + _canonical(opening["value"])
        if hashlib.sha256(salted).hexdigest() != leaf["committed"].get(name):
            raise Broken("I6", f"{name} in an entry of {about} is not what its leaf commits to")


def _digest(value: Any) -> str:
    return hashlib.sha256(_canonical(value)).hexdigest()[:32]


def _canonical(value: Any) -> bytes:
    plain = value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
