"""People and a colleague whom the gate knows, for benchmarks."""

from __future__ import annotations

import json

import asyncpg

PEOPLE = 500
FACTS = {
    "type": "hcp",
    "country": "DE",
    "relationship_stage": "engaged",
    "owner_function": "medical",
    "lawful_basis": "legitimate_interest",
    "notice_sent_on": "2026-09-14",
    "opted_out": False,
    "do_not_engage": False,
    "outreach_policy": None,
    "contracted": False,
    "followers": 1200,
    "minor": False,
}


async def seed(url: str) -> None:
    """`person-0` to `person-499` and `engager-1` in a migrated compliance database."""
    connection = await asyncpg.connect(url)
    await connection.executemany(
        "INSERT INTO people_view VALUES ($1, 1, $2, false)", [(f"person-{n}", json.dumps(FACTS)) for n in range(PEOPLE)]
    )
    await connection.execute(
        "INSERT INTO engagers_view VALUES ('engager-1', 1, $1, $2)",
        json.dumps({"function": "medical", "relation": "employee", "trained_until": "2030-01-01"}),
        json.dumps(["x", "linkedin", "mastodon"]),
    )
    await connection.close()
