"""Load, and everything killed in turn: relay, consumer, writer, broker, database. Seeded; nothing may be lost."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from rapport.embedded.kafka import EmbeddedKafka
from rapport.embedded.postgres import EmbeddedPostgres
from shared.db.driver import DATABASE_AWAY
from support import backbone_process, writer_process
from support.backbone import Backbone, backbone, connect, database
from support.platform import embedded_kafka, free_port

pytestmark = [pytest.mark.platform, pytest.mark.fault, pytest.mark.timeout(600)]

SEED = int(os.environ.get("RAPPORT_FAULT_SEED", "20261122"))
ACCOUNTS = 200
COMMITS_EACH = 105
ROUNDS = 2
VICTIMS = ("relay", "consumer", "writer", "broker", "database")


@contextmanager
def servers(folder: Path) -> Iterator[tuple[EmbeddedPostgres, EmbeddedKafka]]:
    postgres, kafka = EmbeddedPostgres(folder / "postgres", port=free_port()), embedded_kafka(folder / "kafka")
    try:
        postgres.start()
        kafka.start()
        yield postgres, kafka
    finally:
        kafka.stop()
        postgres.stop()


def kill_server(server: EmbeddedPostgres | EmbeddedKafka, name: str) -> None:
    """SIGKILL to the server itself, not to what watches it."""
    assert server.process is not None
    family = [psutil.Process(server.process.pid), *psutil.Process(server.process.pid).children(recursive=True)]
    victims = [each for each in family if each.name() == name]
    assert victims, f"no {name} among {[each.name() for each in family]}"
    victims[0].send_signal(signal.SIGKILL)
    server.process.wait(20)


class Stage:
    """The processes under fire. Whatever is killed comes back at once, as under the launcher."""

    def __init__(self, service: Backbone, postgres: EmbeddedPostgres, kafka: EmbeddedKafka) -> None:
        self.postgres, self.kafka = postgres, kafka
        self.starts: dict[str, Callable[[], subprocess.Popen[bytes]]] = {
            "relay": lambda: backbone_process.start("relay", service),
            "consumer": lambda: backbone_process.start("consumer", service),
            "writer": lambda: writer_process.start(
                service.database_url, service.topic, service.contract.TYPE, COMMITS_EACH, SEED
            ),
        }
        self.running = {name: begin() for name, begin in self.starts.items()}

    def kill(self, victim: str) -> None:
        if victim == "broker":
            kill_server(self.kafka, "java")
            self.kafka.start()
        elif victim == "database":
            kill_server(self.postgres, "postgres")
            self.postgres.start()
        else:
            backbone_process.kill(self.running[victim])
            self.running[victim] = self.starts[victim]()

    def end(self) -> None:
        for process in self.running.values():
            backbone_process.kill(process)


async def count(service: Backbone, statement: str) -> int:
    """From a connection of its own, as often as it takes: the database may be on its way up."""
    while True:
        try:
            connection = await connect(service.database_url)
            try:
                return int(await connection.fetchval(statement))
            finally:
                await connection.close()
        except DATABASE_AWAY:
            await asyncio.sleep(0.3)


async def test_nothing_is_lost_repeated_or_reordered_whatever_dies(tmp_path: Path) -> None:
    total = ACCOUNTS * COMMITS_EACH
    assert total >= 20_000
    with servers(tmp_path) as (postgres, kafka):
        async with database(postgres.url, "fault") as url, backbone(url, kafka.bootstrap_servers) as service:
            for statement in writer_process.CREATE:
                await service.execute(statement)
            await service.execute(
                f"INSERT INTO accounts SELECT 'account-' || n, 0 FROM generate_series(1, {ACCOUNTS}) AS n"  # noqa: S608 - a constant number
            )
            stage = Stage(service, postgres, kafka)
            try:
                await kill_in_turn(stage, service, random.Random(SEED))
                await everything_arrives(service, total)
            finally:
                await asyncio.to_thread(stage.end)
            await check(service, total)


async def kill_in_turn(stage: Stage, service: Backbone, chance: random.Random) -> None:
    """Every victim in every round, in an order of its own, each in the midst of a stretch of commits."""
    victims = [victim for _ in range(ROUNDS) for victim in chance.sample(VICTIMS, len(VICTIMS))]
    for step, victim in enumerate(victims):
        begins, ends = (COMMITS_EACH * number // len(victims) for number in (step, step + 1))
        await pace(service, ends)
        moment = ACCOUNTS * (begins + (ends - begins) * (0.1 + 0.6 * chance.random()))
        while await count(service, "SELECT sum(version) FROM accounts") < moment:
            await asyncio.sleep(0.02)
        committed = await count(service, "SELECT sum(version) FROM accounts")
        handled = await count(service, "SELECT count(*) FROM effects")
        begun = time.monotonic()
        await asyncio.to_thread(stage.kill, victim)
        took = time.monotonic() - begun
        account = f"{victim} killed at commit {committed}, {handled} handled; up again after {took:.1f} s"
        print(account, flush=True)


async def pace(service: Backbone, version: int) -> None:
    """Let the writer go on to `version` of every account."""
    await count(service, f"UPDATE pace SET version = {version} RETURNING version")  # noqa: S608 - a number


async def everything_arrives(service: Backbone, total: int) -> None:
    async with asyncio.timeout(180):
        while (done := await count(service, "SELECT count(*) FROM effects")) < total:
            await asyncio.sleep(0.5)
        assert done == total, "something was handled twice"


async def check(service: Backbone, total: int) -> None:
    assert await count(service, "SELECT sum(version) FROM accounts") == total
    effects = await service.effects()
    last: dict[str, int] = {}
    for key, number in effects:
        assert number == last.get(key, 0) + 1, f"{key}: {number} after {last.get(key, 0)}"
        last[key] = number
    assert len(last) == ACCOUNTS
    assert set(last.values()) == {COMMITS_EACH}
    assert await count(service, "SELECT count(*) FROM inbox_messages") == total
    assert await count(service, "SELECT count(*) FROM outbox_messages WHERE published_at IS NULL") == 0
    assert await count(service, "SELECT count(*) FROM parked_keys") == 0
