"""All that is kept about one action, in one snapshot: every recorded table with an `action_id`, and the ledger.

Tables are found by their trigger `in_the_ledger`, so that what is recorded about an action later needs no code here.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from asyncpg.pool import PoolConnectionProxy

from compliance.application.evidence.ports import Checkpoint, KeptRow, Material, ProvableEntry
from compliance.application.ledger import plain
from shared.db.reads import ReadPool, Row

Connection: TypeAlias = "PoolConnectionProxy[Row]"

_TABLES = """SELECT DISTINCT c.relname AS name, encode(t.tgargs, 'escape') AS given FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'action_id' AND NOT a.attisdropped
    WHERE p.proname = 'in_the_ledger' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1"""
_FORMER = 'SELECT version, "row"::text AS columns FROM case_versions WHERE action_id = $1 ORDER BY version'
_ENTRIES = """SELECT n.position, convert_from(l.leaf, 'UTF8') AS leaf,
      (jsonb_build_object('who', p.who) || coalesce(p.personal, '{}'))::text AS openings
    FROM unnest($1::text[], $2::text[]) AS w (aggregate, id)
    JOIN ledger l ON l.aggregate = w.aggregate AND l.aggregate_id = w.id
    LEFT JOIN ledger_personal p USING (entry_id) LEFT JOIN ledger_nodes n ON n.sequence = l.sequence
    ORDER BY l.sequence"""
_AGGREGATES = """WITH RECURSIVE a AS ((SELECT aggregate FROM ledger ORDER BY aggregate LIMIT 1) UNION ALL
      SELECT (SELECT l.aggregate FROM ledger l WHERE l.aggregate > a.aggregate ORDER BY l.aggregate LIMIT 1) FROM a
      WHERE a.aggregate IS NOT NULL) SELECT aggregate FROM a WHERE aggregate IS NOT NULL"""
_CHECKPOINT = "SELECT size, note, verifier FROM ledger_checkpoints ORDER BY size DESC LIMIT 1"
_FILES = """SELECT f.key AS name, f.value AS text FROM rule_set_versions v, jsonb_each_text(v.files) f
    WHERE v.rule_set = $1 AND f.key LIKE '%.yaml' AND f.value ~ $2 ORDER BY 1"""


class SqlEvidence:
    """Implements `EvidenceReads`."""

    def __init__(self, reads: ReadPool) -> None:
        self._reads = reads

    async def of(self, action_id: str) -> Material | None:
        async with self._reads.snapshot() as connection:
            rows = [*await _rows(connection, action_id), *await _former(connection, action_id)]
            aggregates = [row["aggregate"] for row in await connection.fetch(_AGGREGATES)]
            keys = {(row.aggregate, row.aggregate_id) for row in rows} | {(each, action_id) for each in aggregates}
            entries = await _entries(connection, keys)
            if not any(row.aggregate == "case" for row in rows):
                return None
            leaves = [json.loads(entry.leaf) for entry in entries]
            spoke = _rules_that_spoke(leaves)
            beside = {("rule_set_version", each) for each in spoke} | _signed_with(rows) | _stood_in(leaves)
            entries += await _entries(connection, beside)
            files = {each: await _files(connection, each, rules) for each, rules in spoke.items()}
            found = await connection.fetchrow(_CHECKPOINT)
        checkpoint = None if found is None else Checkpoint(**dict(found))
        return Material(entries=entries, rows=rows, rule_files=files, checkpoint=checkpoint)


async def _rows(connection: Connection, action_id: str) -> list[KeptRow]:
    found: list[KeptRow] = []
    for table in await connection.fetch(_TABLES):
        aggregate, key = table["given"].split("\\000")[:2]
        statement = await connection.prepare(f'SELECT * FROM "{table["name"]}" WHERE action_id = $1')  # noqa: S608 - a name of ours
        documents = {each.name for each in statement.get_attributes() if each.type.name == "jsonb"}
        for row in await statement.fetch(action_id):
            columns = {name: _value(value, is_json=name in documents) for name, value in row.items()}
            found.append(
                KeptRow(aggregate=aggregate, aggregate_id=str(row[key]), version=row["version"], columns=columns)
            )
    return found


def _value(value: Any, *, is_json: bool) -> Any:
    return json.loads(value) if is_json and value is not None else plain(value)


async def _former(connection: Connection, action_id: str) -> list[KeptRow]:
    return [
        KeptRow(aggregate="case", aggregate_id=action_id, version=row["version"], columns=json.loads(row["columns"]))
        for row in await connection.fetch(_FORMER, action_id)
    ]


async def _entries(connection: Connection, keys: Iterable[tuple[str, str]]) -> list[ProvableEntry]:
    wanted = sorted(keys)
    rows = await connection.fetch(_ENTRIES, [aggregate for aggregate, _ in wanted], [each for _, each in wanted])
    return [
        ProvableEntry(position=row["position"], leaf=row["leaf"], openings=json.loads(row["openings"])) for row in rows
    ]


def _rules_that_spoke(leaves: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Ids of rules by the rule set they stand in."""
    spoke: dict[str, set[str]] = {}
    for evidence in (leaf["evidence"] for leaf in leaves):
        if evidence.get("rule_set") is not None:
            spoke.setdefault(evidence["rule_set"], set()).update(evidence.get("rules") or ())
    return spoke


def _stood_in(leaves: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """The absences in which somebody voted for somebody else."""
    return {("absence", leaf["evidence"]["absence_id"]) for leaf in leaves if leaf["evidence"].get("absence_id")}


def _signed_with(rows: Iterable[KeptRow]) -> set[tuple[str, str]]:
    """The keys that signed the permits among the rows."""
    headers = {row.columns["token"].partition(".")[0] for row in rows if row.aggregate == "permit"}
    return {
        ("permit_key", json.loads(base64.urlsafe_b64decode(each + "=" * (-len(each) % 4)))["kid"]) for each in headers
    }


async def _files(connection: Connection, rule_set: str, rules: set[str]) -> dict[str, str]:
    if not rules:
        return {}
    names = "|".join(re.escape(rule) for rule in sorted(rules))
    stands = rf"(^|\n)\s*-\s*\{{?\s*id:\s*[\"']?({names})\M"
    return {row["name"]: row["text"] for row in await connection.fetch(_FILES, rule_set, stands)}
