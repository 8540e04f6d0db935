"""The check of a ledger in its database: one snapshot, read by several processes, a stretch at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeAlias

import asyncpg

from compliance.adapters.proof.checks.checkpoints import Continuation, Signed
from compliance.adapters.proof.checks.entries import KeptEntry
from compliance.adapters.proof.checks.rows import compare_rows, recorded_tables
from compliance.adapters.proof.checks.stretches import HEIGHT, WIDTH, Stretch, changed_nodes, check_stretch
from compliance.application.ledger_checks import Progress
from compliance.domain.proof.findings import Discrepancy, Verification
from compliance.domain.proof.tree import Frontier, Node
from shared.db.engine import driver_dsn

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
ENTRIES = """SELECT n.position, n.hash, n.sequence, l.entry_id::text, l.aggregate, l.aggregate_id, l.aggregate_version,
      l.what, l.old_state, l.new_state, l.at, l.leaf, l.leaf_sha256, p.who::text, p.personal::text,
      p.erased_at IS NOT NULL
    FROM ledger_nodes n LEFT JOIN ledger l ON l.sequence = n.sequence
    LEFT JOIN ledger_personal p ON p.entry_id = l.entry_id
    WHERE n.level = 0 AND n.position >= $1 AND n.position < $2 ORDER BY n.position"""
_NODES = """SELECT n.level, n.position, n.hash FROM unnest($1::smallint[], $2::bigint[], $3::bigint[])
      AS w (level, first, stop)
    JOIN ledger_nodes n ON n.level = w.level AND n.position >= w.first AND n.position < w.stop
    ORDER BY n.level, n.position"""
_COUNTS = """SELECT (SELECT coalesce(max(position) + 1, 0) FROM ledger_nodes WHERE level = 0) AS size,
      (SELECT count(*) FROM ledger_nodes) AS nodes, (SELECT count(*) FROM ledger) AS entries,
      (SELECT count(*) FROM ledger_pending JOIN ledger USING (sequence)) AS pending,
      (SELECT max(size) FROM ledger_checkpoints) AS signed"""
_ABOVE = "SELECT level, position, hash FROM ledger_nodes WHERE level >= $1"
_INSERTED = """SELECT sequence, what, aggregate, aggregate_id, at FROM ledger l
    WHERE NOT EXISTS (SELECT FROM ledger_nodes n WHERE n.sequence = l.sequence)
      AND NOT EXISTS (SELECT FROM ledger_pending p WHERE p.sequence = l.sequence) ORDER BY sequence LIMIT 1000"""
_VANISHED = """SELECT sequence FROM ledger_pending p
    WHERE NOT EXISTS (SELECT FROM ledger l WHERE l.sequence = p.sequence) ORDER BY sequence LIMIT 1000"""
_GAPS = """SELECT aggregate, aggregate_id, count(*) AS there, min(aggregate_version) AS first,
      max(aggregate_version) AS last FROM ledger WHERE aggregate <> 'plan' GROUP BY aggregate, aggregate_id
    HAVING count(*) <> max(aggregate_version) OR min(aggregate_version) <> 1 LIMIT 1000"""
_AGGREGATES = """WITH RECURSIVE a AS ((SELECT aggregate FROM ledger ORDER BY aggregate LIMIT 1) UNION ALL
      SELECT (SELECT l.aggregate FROM ledger l WHERE l.aggregate > a.aggregate ORDER BY l.aggregate LIMIT 1) FROM a
      WHERE a.aggregate IS NOT NULL) SELECT aggregate FROM a WHERE aggregate IS NOT NULL"""
_SAME = "SET TRANSACTION SNAPSHOT '{}'"


@asynccontextmanager
async def snapshot(url: str, name: str | None = None) -> AsyncGenerator[Connection]:
    """A connection that sees one moment and writes nothing: that of the snapshot `name`, or now."""
    connection = await asyncpg.connect(driver_dsn(url), timeout=10, server_settings={"jit": "off", "TimeZone": "UTC"})
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            if name is not None:
                await connection.execute(_SAME.format(name))
            yield connection
    finally:
        await connection.close()


async def verify_database(url: str, signed: Signed, *, processes: int, progress: Progress) -> Verification:
    """Everything there is to check. Raises OSError and asyncpg.PostgresError where the database cannot be read."""
    result = Verification(checkpoints=len(signed.checkpoints), newest_checkpoint=max(signed.checkpoints, default=None))
    result.add(signed.wrong)
    async with snapshot(url) as connection:
        counts = await connection.fetchrow(_COUNTS)
        if counts is None:
            raise LookupError("the database did not answer")
        name = await connection.fetchval("SELECT pg_export_snapshot()")
        size: int = counts["size"]
        result.entries, result.pending = size, counts["pending"]
        continuation = Continuation(signed.checkpoints)
        moment = Moment(url, name, size)
        checking = asyncio.create_task(_entries(moment, continuation, processes=processes, progress=progress))
        try:
            await _rows(connection, result, progress)
            result.add([_gap(row) for row in await connection.fetch(_GAPS)])
            result.add([_vanished(row["sequence"]) for row in await connection.fetch(_VANISHED)])
        finally:
            stretches = await checking
        for stretch in stretches:
            result.erased += stretch.erased
            result.add(stretch.wrong)
        present = sum(stretch.present for stretch in stretches)
        if counts["entries"] != present + counts["pending"]:
            result.add([_inserted(row) for row in await connection.fetch(_INSERTED)])
        result.add(await _upper(connection, size, stretches, counts["nodes"]))
        result.add(continuation.wrong(size))
        if counts["signed"] is not None and signed.checkpoints and counts["signed"] > max(signed.checkpoints):
            result.add([_missing_checkpoint(counts["signed"])])
    return result


@dataclass(frozen=True, slots=True)
class Moment:
    """A database as of an exported snapshot, and how many entries its tree has there."""

    url: str
    name: str
    size: int


async def _entries(moment: Moment, continuation: Continuation, *, processes: int, progress: Progress) -> list[Stretch]:
    """All stretches, in order. What they found stays, their entries are let go."""
    checked: list[Stretch] = []
    async for stretch in _stretches(moment, continuation, processes):
        continuation.follow(stretch)
        checked.append(stretch)
        progress("entries", stretch.first + stretch.entries, moment.size)
    return checked


async def _stretches(moment: Moment, continuation: Continuation, processes: int) -> AsyncGenerator[Stretch]:
    """Each checked by whichever process is free; by this one, where there is one only."""
    parts: list[tuple[int, int, list[int]]] = []
    for first in range(0, moment.size, WIDTH):
        end = min(first + WIDTH, moment.size)
        parts.append((first, end, [*continuation.sizes_within(first, end), end]))
    if processes == 1:
        for part in parts:
            yield await _check(moment, *part)
        return
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(min(processes, len(parts) or 1), mp_context=get_context("spawn")) as pool:
        waiting = [loop.run_in_executor(pool, check_in_process, moment, *part) for part in parts]
        for each in waiting:
            yield await each


def check_in_process(moment: Moment, first: int, end: int, sizes: Sequence[int]) -> Stretch:
    """One stretch, read over a connection of its own."""
    return asyncio.run(_check(moment, first, end, sizes))


async def _check(moment: Moment, first: int, end: int, sizes: Sequence[int]) -> Stretch:
    async with snapshot(moment.url, moment.name) as connection:
        rows = await connection.fetch(ENTRIES, first, end)
        levels = list(range(1, HEIGHT + 1))
        nodes = await connection.fetch(
            _NODES, levels, [first >> level for level in levels], [end >> level for level in levels]
        )
    kept: dict[int, list[tuple[int, bytes]]] = {}
    for node in nodes:
        kept.setdefault(node["level"], []).append((node["position"], node["hash"]))
    entries = [KeptEntry(*row) for row in rows]
    missing = _missing_leaves(entries, first, end)
    if missing:  # nothing can be computed over a hole; each is named
        return Stretch(first, end - first, present=len(entries), wrong=missing)
    return check_stretch(entries, kept, sizes)


def _missing_leaves(entries: Sequence[KeptEntry], first: int, end: int) -> list[Discrepancy]:
    there = {entry.position for entry in entries}
    return [
        Discrepancy(
            kind="tree_changed",
            message=f"the tree has lost its entry at place {position}",
            position=position,
            field="ledger_nodes",
        )
        for position in range(first, end)
        if position not in there
    ]


async def _rows(connection: Connection, result: Verification, progress: Progress) -> None:
    compared = await recorded_tables(connection)
    for recorded in compared:
        async for looked_at, wrong in compare_rows(connection, recorded):
            result.rows += looked_at
            result.add(wrong)
            progress(f"rows of {recorded.table}", result.rows, 0)
    told = {row["aggregate"] for row in await connection.fetch(_AGGREGATES)}
    result.not_compared = sorted(told - {recorded.aggregate for recorded in compared})


async def _upper(connection: Connection, size: int, stretches: Sequence[Stretch], nodes: int) -> list[Discrepancy]:
    """The tree above the stretches, and whether it has nodes of nothing."""
    if any(not stretch.edges for stretch in stretches):
        return []
    right: dict[Node, bytes] = {}
    frontier = Frontier()
    for stretch in stretches:
        if stretch.entries == WIDTH:
            for (level, position), node in frontier.append(stretch.edges[stretch.first + WIDTH][0]):
                right[level + HEIGHT, position] = node
    kept = {(row["level"], row["position"]): row["hash"] for row in await connection.fetch(_ABOVE, HEIGHT + 1)}
    above = {node: value for node, value in right.items() if node[0] > HEIGHT}
    wrong = [node for node in {**kept, **above} if kept.get(node) != above.get(node)]
    found = changed_nodes(sorted(wrong))
    expected = 2 * size - size.bit_count()
    if nodes != expected and not found and all(not stretch.wrong for stretch in stretches):
        message = f"the tree of {size} entries has {nodes} nodes instead of {expected}"
        found.append(Discrepancy(kind="tree_changed", message=message, field="ledger_nodes"))
    return found


def _inserted(row: asyncpg.Record) -> Discrepancy:
    name = f"{row['what']} of {row['aggregate']} {row['aggregate_id']}, {row['at']}"
    return Discrepancy(
        kind="entry_inserted",
        message=f"entry {row['sequence']} ({name}) is in the ledger and never came into the tree: it was put in",
        sequence=row["sequence"],
        aggregate=row["aggregate"],
        aggregate_id=row["aggregate_id"],
    )


def _vanished(sequence: int) -> Discrepancy:
    return Discrepancy(
        kind="entry_removed",
        message=f"entry {sequence} was removed before it came into the tree",
        sequence=sequence,
    )


def _gap(row: asyncpg.Record) -> Discrepancy:
    name = f"{row['aggregate']} {row['aggregate_id']}"
    missing = row["last"] - row["there"]
    return Discrepancy(
        kind="entry_removed",
        message=f"{name}: its entries go up to version {row['last']}, and {missing} of them are missing",
        aggregate=row["aggregate"],
        aggregate_id=row["aggregate_id"],
        field="aggregate_version",
    )


def _missing_checkpoint(size: int) -> Discrepancy:
    return Discrepancy(
        kind="checkpoint_gone",
        message=f"the checkpoint of {size} entries was written and is not among the files",
        position=size,
    )
