"""The present rows of cases, permits and all else that is recorded, held against their last ledger entry."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias, cast

import asyncpg

from compliance.application.ledger import row_digests
from compliance.domain.proof.findings import Discrepancy, Kind

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
_AT_ONCE = 500
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Recorded:
    """A table whose every version has an entry. `state` is the column that `new_state` tells; with `each`, a row is a
    version of its own and is never changed. `whole`: whatever the ledger tells of has a row here.
    """

    aggregate: str
    table: str
    key: str
    state: str = "state"
    each: bool = False
    whole: bool = True


CORE = (
    Recorded("case", "cases", "action_id"),
    Recorded("case", "case_versions", "action_id", each=True, whole=False),
    Recorded("permit", "permits", "permit_id"),
    Recorded("safety_case", "safety_cases", "safety_case_id"),
    Recorded("medical_information_case", "medical_information_cases", "medical_information_case_id"),
    Recorded("channel", "channels", "channel_id"),
    Recorded("rule_set", "rule_sets", "id", state="rule_set"),
    Recorded("rule_set_version", "rule_set_versions", "rule_set"),
    Recorded("review_round", "review_notices", "round_id", each=True),
    Recorded("plan", "plan_screenings", "plan_id", state="verdict", each=True),
)
"""Compared even when somebody has dropped a trigger."""

_TRIGGERED = """SELECT c.relname, encode(t.tgargs, 'escape') AS given FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE p.proname = 'in_the_ledger' AND c.relnamespace = current_schema()::regnamespace"""
_COLUMNS = """SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()
    AND table_name = $1"""
_LAST = """SELECT DISTINCT ON (l.aggregate_id) l.sequence, l.aggregate_id, l.aggregate_version, l.what, l.new_state,
      l.leaf, p.personal -> 'row' -> 'value' AS digests
    FROM ledger l LEFT JOIN ledger_personal p USING (entry_id)
    WHERE l.aggregate = $1 AND l.aggregate_id = ANY($2::text[])
    ORDER BY l.aggregate_id, l.aggregate_version DESC"""
_OF_VERSION = """SELECT l.sequence, l.aggregate_id, l.aggregate_version, l.what, l.new_state, l.leaf,
      p.personal -> 'row' -> 'value' AS digests
    FROM unnest($2::text[], $3::int[]) AS w (id, version)
    JOIN ledger l ON l.aggregate = $1 AND l.aggregate_id = w.id AND l.aggregate_version = w.version
    LEFT JOIN ledger_personal p USING (entry_id)"""


async def recorded_tables(connection: Connection) -> list[Recorded]:
    """Those we know of, and every other that has the trigger."""
    known = {each.table: each for each in CORE}
    for row in await connection.fetch(_TRIGGERED):
        aggregate, key = row["given"].split("\\000")[:2]
        if row["relname"] not in known:
            names = {each["column_name"] for each in await connection.fetch(_COLUMNS, row["relname"])}
            known[row["relname"]] = Recorded(aggregate, row["relname"], key, state="state" if "state" in names else "")
    return list(known.values())


async def compare_rows(connection: Connection, recorded: Recorded) -> AsyncIterator[tuple[int, list[Discrepancy]]]:
    """How many rows were looked at, and what is wrong with them, some at a time; at the end, which are gone."""
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
    table, key = recorded.table, recorded.key
    order = f"{key}::text, version"
    following = f"SELECT * FROM {table} WHERE ({order}) > ($1, $2) ORDER BY {order} LIMIT {_AT_ONCE}"  # noqa: S608 - names of ours
    after: tuple[Any, int] = ("", 0)
    while rows := await connection.fetch(following, *after):
        yield len(rows), await _compared(connection, recorded, [_columns(row) for row in rows])
        after = (str(rows[-1][key]), rows[-1]["version"])
    if recorded.whole:
        yield 0, await _gone(connection, recorded)


def _columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """A former version keeps its columns in one."""
    return {**dict(row), **row.get("row", {})}


async def _compared(connection: Connection, recorded: Recorded, rows: Sequence[Mapping[str, Any]]) -> list[Discrepancy]:
    ids = [str(row[recorded.key]) for row in rows]
    if recorded.each:
        found = await connection.fetch(_OF_VERSION, recorded.aggregate, ids, [row["version"] for row in rows])
        last = {(entry["aggregate_id"], entry["aggregate_version"]): dict(entry) for entry in found}
        pairs = [(row, last.get((str(row[recorded.key]), row["version"]))) for row in rows]
    else:
        found = await connection.fetch(_LAST, recorded.aggregate, ids)
        newest = {entry["aggregate_id"]: dict(entry) for entry in found}
        pairs = [(row, newest.get(str(row[recorded.key]))) for row in rows]
    return [wrong for row, entry in pairs for wrong in _wrong(recorded, row, entry)]


def _wrong(recorded: Recorded, row: Mapping[str, Any], entry: Mapping[str, Any] | None) -> list[Discrepancy]:
    about = partial(_about, recorded, row, entry)
    name = f"{recorded.aggregate} {row[recorded.key]}"
    if entry is None:
        return [about("row_unrecorded", None, f"{name}: the ledger has no entry of this row")]
    if row["version"] != entry["aggregate_version"]:
        message = f"{name}: the row is version {row['version']}, the ledger's last is {entry['aggregate_version']}"
        return [about("row_changed", "version", message)]
    said = {**_evidence(entry["leaf"]), **({recorded.state: entry["new_state"]} if recorded.state else {})}
    differing = {column: said[column] for column in said if column in row and not _same(row[column], said[column])}
    written: str = entry["digests"] or ""
    digests = {column: digest for column, _, digest in (pair.partition("=") for pair in written.split())}
    actual = row_digests({column: row[column] for column in digests if column in row})
    changed = [column for column, digest in digests.items() if actual.get(column) != digest]
    return [
        about("row_changed", column, _told(name, column, row.get(column), differing, entry))
        for column in dict.fromkeys([*differing, *changed])
    ]


def _same(now: Any, stated: Any) -> bool:
    if isinstance(now, datetime) and isinstance(stated, str):
        return now == datetime.fromisoformat(stated)
    return now == stated


def _told(name: str, column: str, now: Any, said: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    shown = repr(now)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
    recorded = f"{said[column]!r}" if column in said else "another value"
    return f"{name}: {column} is {shown}, the ledger says {recorded} (entry {entry['sequence']}, {entry['what']})"


async def _gone(connection: Connection, recorded: Recorded) -> list[Discrepancy]:
    missing = f"""SELECT DISTINCT l.aggregate_id FROM ledger l WHERE l.aggregate = $1
        AND NOT EXISTS (SELECT FROM {recorded.table} t WHERE t.{recorded.key}::text = l.aggregate_id)
        ORDER BY l.aggregate_id LIMIT 1000"""  # noqa: S608 - names of ours
    return [
        Discrepancy(
            kind="row_removed",
            message=f"{recorded.aggregate} {row['aggregate_id']}: the ledger tells of it and its row is gone",
            aggregate=recorded.aggregate,
            aggregate_id=row["aggregate_id"],
        )
        for row in await connection.fetch(missing, recorded.aggregate)
    ]


def _evidence(leaf: bytes) -> dict[str, Any]:
    try:
        evidence = json.loads(leaf)["evidence"]
    except (ValueError, KeyError, TypeError):
        return {}  # an entry that is no JSON is named by the check of entries
    return cast("dict[str, Any]", evidence) if isinstance(evidence, dict) else {}  # JSON has no other keys than texts


def _about(  # noqa: PLR0917 - the first three are bound once
    recorded: Recorded,
    row: Mapping[str, Any],
    entry: Mapping[str, Any] | None,
    kind: Kind,
    field: str | None,
    message: str,
) -> Discrepancy:
    return Discrepancy(
        kind=kind,
        message=message,
        sequence=None if entry is None else entry["sequence"],
        aggregate=recorded.aggregate,
        aggregate_id=str(row[recorded.key]),
        field=field,
    )
