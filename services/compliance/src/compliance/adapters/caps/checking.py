"""Whether reservations and cases agree, read in one statement: what the API, the worker and the command line ask."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from compliance.domain.caps.reconciling import CaseStands, Difference, Kept, differences
from shared.db.driver import DATABASE_AWAY
from shared.db.engine import driver_dsn

COMPARED = """SELECT c.action_id, c.action_version AS case_version, c.stakeholder_id, c.state AS case_state,
      c.resume_to, r.reservation_id, r.action_id AS held_by, r.action_version, r.stakeholder_id AS held_for, r.cap,
      r.state, r.scope, r.starts_at, r.ends_at, r.action_type, r.answers, r.pieces::text AS pieces
    FROM (SELECT * FROM cap_reservations WHERE state <> 'returned') r
    FULL JOIN cases c ON c.action_id = r.action_id
    WHERE r.reservation_id IS NOT NULL OR c.state IN ('approved', 'released')
      OR (c.state = 'paused' AND c.resume_to = 'approved')
    ORDER BY coalesce(c.action_id, r.action_id), r.cap"""


def compared(rows: Sequence[Mapping[str, Any]]) -> tuple[int, tuple[Difference, ...]]:
    """How many reservations are held, and what differs."""
    cases = {row["action_id"]: _case(row) for row in rows if row["action_id"] is not None}
    kept = [_kept(row) for row in rows if row["reservation_id"] is not None]
    return len(kept), tuple(differences(cases.values(), kept))


def check(database: str) -> tuple[int, tuple[Difference, ...]]:
    """The same over a connection of its own, in a transaction that cannot write.

    Raises OSError where the database cannot be read.
    """
    try:
        return asyncio.run(_check(database))
    except DATABASE_AWAY as error:
        raise OSError(str(error)) from error


async def _check(database: str) -> tuple[int, tuple[Difference, ...]]:
    connection = await asyncpg.connect(driver_dsn(database), timeout=10)
    try:
        async with connection.transaction(readonly=True):
            return compared([dict(row) for row in await connection.fetch(COMPARED)])
    finally:
        await connection.close()


def pieces_in(text: str) -> list[dict[str, Any]]:
    """The JSON column as read without a codec."""
    return json.loads(text)


def _case(row: Mapping[str, Any]) -> CaseStands:
    return CaseStands(
        action_id=row["action_id"],
        action_version=row["case_version"],
        stakeholder_id=row["stakeholder_id"],
        state=row["case_state"],
        resume_to=row["resume_to"],
    )


def _kept(row: Mapping[str, Any]) -> Kept:
    return Kept(
        reservation_id=row["reservation_id"],
        action_id=row["held_by"],
        action_version=row["action_version"],
        stakeholder_id=row["held_for"],
        cap=row["cap"],
        state=row["state"],
    )
