"""What people and programs read about money, straight from the tables. JSON columns come as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Table

from compliance.adapters.money import tables
from compliance.adapters.read_models import Reads
from compliance.domain.contract_facts import KnownContract
from compliance.domain.money.contract import Contract, ContractFile
from compliance.domain.money.known import known_contract

_TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        tables.fee_bands,
        tables.needs_assessments,
        tables.contracts,
        tables.recipients,
        tables.transfers_of_value,
        tables.disclosure_runs,
    )
}

_VERSIONS = """SELECT v.version, v.what, v.state, v.document::text AS details, l.who AS by, l.at, l.why
    FROM transfer_of_value_versions v JOIN ledger_entries l ON l.aggregate = 'transfer_of_value'
      AND l.aggregate_id = v.transfer_id AND l.aggregate_version = v.version
    WHERE v.transfer_id = $1 ORDER BY v.version"""

_FILE = """SELECT document ->> 'file' AS file, document ->> 'sha256' AS sha256, state
    FROM disclosure_runs WHERE disclosure_run_id = $1"""

_CONTRACT = """SELECT c.state, c.version, c.document::text AS document, n.document -> 'need' ->> 'need' AS need
    FROM contracts c LEFT JOIN needs_assessments n
      ON n.needs_assessment_id = c.document -> 'terms' ->> 'needs_assessment_id'
    WHERE c.contract_id = $1"""
_FILE_OF = TypeAdapter(ContractFile)


async def contract_known(reads: Reads, contract_id: str) -> KnownContract | None:
    """What the gate knows of a contract, outside any unit of work."""
    row = await reads.fetchrow(_CONTRACT, contract_id)
    if row is None:
        return None
    details = _FILE_OF.validate_json(row["document"])
    return known_contract(Contract(contract_id, details, state=row["state"], version=row["version"]), row["need"])


class MoneyQueries:
    """Read models over a read pool."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def listed(
        self, name: str, *, after: str | None, limit: int, **wanted: str | int | None
    ) -> Sequence[Mapping[str, Any]]:
        """Records of a table in order of their ids; `wanted` are values of its columns, None for any."""
        table = _TABLES[name]
        key = next(iter(table.primary_key.columns)).name
        given = {column: value for column, value in wanted.items() if value is not None}
        conditions = [f"{table.c[column].name} = ${at}" for at, column in enumerate(given, 3)]
        where = " AND ".join([f"($1::text IS NULL OR {key} > $1)", *conditions])
        query = f"{_select(table, key)} WHERE {where} ORDER BY {key} LIMIT $2"
        return [dict(row) for row in await self._reads.fetch(query, after, limit, *given.values())]

    async def one(self, name: str, record_id: str) -> Mapping[str, Any] | None:
        """One record."""
        table = _TABLES[name]
        key = next(iter(table.primary_key.columns)).name
        row = await self._reads.fetchrow(f"{_select(table, key)} WHERE {key} = $1", record_id)
        return None if row is None else dict(row)

    async def versions(self, transfer_id: str) -> Sequence[Mapping[str, Any]]:
        """Every version of a transfer of value, the first in front."""
        return [dict(row) for row in await self._reads.fetch(_VERSIONS, transfer_id)]

    async def file(self, run_id: str) -> Mapping[str, Any] | None:
        """The file of a disclosure run, with hash and state of the run."""
        row = await self._reads.fetchrow(_FILE, run_id)
        return None if row is None else dict(row)


def _select(table: Table, key: str) -> str:
    without = " - 'file'" if table is tables.disclosure_runs else ""
    return f"SELECT {key} AS id, version, state, (document{without})::text AS details FROM {table.name}"  # noqa: S608 - names of tables
