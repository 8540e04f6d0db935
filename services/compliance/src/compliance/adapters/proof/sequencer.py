"""The sequencer: takes committed ledger rows into the Merkle tree, in an order of its own.

A trigger notes every row as pending in the transaction that writes it, so a row that commits late is found like any
other, and writers never wait for one another. One transaction takes pending rows, writes their nodes and removes the
notes: killed at any point it has done all of that or nothing. A lock of the transaction lets one run at a time.
"""

from __future__ import annotations

import structlog
from prometheus_client import Gauge
from sqlalchemy.ext.asyncio import AsyncEngine

from compliance.adapters.proof.tree_store import frontier_at, tree_size
from compliance.domain.proof.tree import leaf_hash
from shared.db.driver import driver_of
from shared.db.locks import lock_key

SIZE = Gauge("compliance_ledger_tree_size", "Ledger entries in the Merkle tree")
PENDING = Gauge("compliance_ledger_pending", "Ledger entries that are not in the tree yet")
OLDEST = Gauge("compliance_ledger_pending_oldest_seconds", "Age of the oldest entry that is not in the tree yet")

_AT_ONCE = 20_000
_KEY = lock_key("ledger-sequencer")
_LOCK = "SELECT pg_try_advisory_xact_lock($1)"
_NEXT = """SELECT p.sequence, l.leaf FROM ledger_pending p JOIN ledger l ON l.sequence = p.sequence
    ORDER BY p.sequence LIMIT $1"""
_DONE = "DELETE FROM ledger_pending WHERE sequence = ANY($1::bigint[])"
_WAITING = """SELECT count(*) AS waiting, coalesce(extract(epoch FROM now() - min(noted_at)), 0)::float8 AS oldest
    FROM ledger_pending"""
_COLUMNS = ("level", "position", "hash", "sequence")

_log = structlog.get_logger()


class Sequencer:
    """Integrates what waits; call it often."""

    def __init__(self, engine: AsyncEngine, *, at_once: int = _AT_ONCE) -> None:
        self._engine = engine
        self._at_once = at_once

    async def run(self) -> None:
        """Integrate until nothing is left, then tell what waits."""
        while await self.integrate() == self._at_once:
            pass
        async with self._engine.connect() as connection:
            found = await (await driver_of(connection)).fetchrow(_WAITING)
        if found is not None:
            PENDING.set(found["waiting"])
            OLDEST.set(found["oldest"])

    async def integrate(self) -> int:
        """Take up to `at_once` pending rows into the tree; how many. None while another sequencer is at it."""
        async with self._engine.begin() as connection:
            driver = await driver_of(connection)
            if not await driver.fetchval(_LOCK, _KEY):
                return 0
            rows = await driver.fetch(_NEXT, self._at_once)
            if not rows:
                return 0
            frontier = await frontier_at(driver, await tree_size(driver))
            made: list[tuple[int, int, bytes, int | None]] = []
            for row in rows:
                for (level, position), node in frontier.append(leaf_hash(row["leaf"])):
                    made.append((level, position, node, None if level else row["sequence"]))
            await driver.copy_records_to_table("ledger_nodes", records=made, columns=_COLUMNS)
            await driver.execute(_DONE, [row["sequence"] for row in rows])
        SIZE.set(frontier.size)
        _log.debug("ledger.integrated", entries=len(rows), size=frontier.size)
        return len(rows)
