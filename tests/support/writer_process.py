"""An API-like writer as a process: every commit moves one aggregate on by one and says so in the outbox.

    python -m support.writer_process DATABASE_URL TOPIC TARGET SEED

It ends when every row of `accounts` has reached TARGET; killed at any moment, the next one goes on from the database.
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
from shared.kernel.ids import new_id

from support.backbone import Counted, connect

WRITERS = 6
CREATE = "CREATE TABLE accounts (id text PRIMARY KEY, version integer NOT NULL)"
_MOVE = "UPDATE accounts SET version = version + 1 WHERE id = $1 AND version < $2 RETURNING version"
_SAY = """INSERT INTO outbox_messages (id, topic, aggregate_id, type, payload, headers)
          VALUES ($1, $2, $3, $4, $5, '{"source": "writer"}')"""


def start(database_url: str, topic: str, target: int, seed: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "support.writer_process", database_url, topic, str(target), str(seed)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )


async def write(url: str, topic: str, target: int, chance: random.Random) -> None:
    connection = await connect(url)
    try:
        while open_accounts := await connection.fetch("SELECT id FROM accounts WHERE version < $1", target):
            for account in chance.choices([row["id"] for row in open_accounts], k=50):
                await commit_one(connection, account, topic, target)
    finally:
        connection.terminate()


async def commit_one(connection: asyncpg.Connection, account: str, topic: str, target: int) -> None:
    async with connection.transaction():
        version = await connection.fetchval(_MOVE, account, target)
        if version is not None:
            said = json.dumps({"subject": account, "number": version}).encode()
            await connection.execute(_SAY, UUID(new_id()), topic, account, Counted.TYPE, said)


async def persistently(url: str, topic: str, target: int, chance: random.Random) -> None:
    """A database that is away is waited for, as an API's clients would come again."""
    while True:
        try:
            await write(url, topic, target, chance)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await asyncio.sleep(0.3)
        else:
            return


async def main(url: str, topic: str, target: str, seed: str) -> None:
    await asyncio.gather(
        *(persistently(url, topic, int(target), random.Random(f"{seed}-{each}")) for each in range(WRITERS))
    )


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
