"""An API-like writer as a process: every commit moves one aggregate on by one and says so in the outbox.

    python -m support.writer_process DATABASE_URL TOPIC TYPE TARGET SEED

It goes no further than the number in `pace`, and ends when every row of `accounts` has reached TARGET. Killed at any
moment, the next one goes on from the database.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import asyncpg

from shared.db.driver import DATABASE_AWAY
from shared.kernel.ids import new_id

WRITERS = 6
CREATE = (
    "CREATE TABLE accounts (id text PRIMARY KEY, version integer NOT NULL)",
    "CREATE TABLE pace (version integer NOT NULL)",
    "INSERT INTO pace VALUES (0)",
)
_OPEN = "SELECT id FROM accounts WHERE version < (SELECT version FROM pace)"
_MOVE = """UPDATE accounts SET version = version + 1 WHERE id = $1 AND version < (SELECT version FROM pace)
           RETURNING version"""
_SAY = """INSERT INTO outbox_messages (id, topic, aggregate_id, type, payload, headers)
          VALUES ($1, $2, $3, $4, $5, '{"source": "writer"}')"""


def start(database_url: str, topic: str, event_type: str, target: int, seed: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "support.writer_process", database_url, topic, event_type, str(target), str(seed)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )


async def write(url: str, topic: str, event_type: str, target: int, chance: random.Random) -> None:
    connection = await asyncpg.connect(url, timeout=5, command_timeout=15)
    try:
        while await connection.fetchval("SELECT min(version) FROM accounts") < target:
            accounts = [row["id"] for row in await connection.fetch(_OPEN)]
            if not accounts:
                await asyncio.sleep(0.05)
            for account in chance.choices(accounts, k=50) if accounts else ():
                await commit_one(connection, account, topic, event_type)
    finally:
        connection.terminate()


async def commit_one(connection: asyncpg.Connection, account: str, topic: str, event_type: str) -> None:
    async with connection.transaction():
        version = await connection.fetchval(_MOVE, account)
        if version is not None:
            said = json.dumps({"subject": account, "number": version}).encode()
            await connection.execute(_SAY, UUID(new_id()), topic, account, event_type, said)


async def persistently(url: str, topic: str, event_type: str, target: int, chance: random.Random) -> None:
    """A database that is away is waited for, as an API's clients would come again."""
    while True:
        try:
            await write(url, topic, event_type, target, chance)
        except DATABASE_AWAY:
            await asyncio.sleep(0.3)
        else:
            return


async def main(url: str, topic: str, event_type: str, target: str, seed: str) -> None:
    chances = [random.Random(f"{seed}-{each}") for each in range(WRITERS)]
    await asyncio.gather(*(persistently(url, topic, event_type, int(target), chance) for chance in chances))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
