"""The gate's pipeline: submitted actions on the topic → screened cases on the topic, through the deployed worker.

    PYTHONPATH=tests python -m bench.pipeline [--actions 6000] [--workers 1] [--rounds 3]

The question is what a running service does, so every round starts its workers, screens some actions until all of
them are settled, and only then puts `actions` submissions on `planner.action`; time and processor time are taken from
when a fifth of their `compliance.case` events is out, to the last. What the start and those first actions cost is told
by itself. In between: consumer, resolution, the full rule set, case, ledger, outbox, relay; PostgreSQL and Kafka are
real and on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

import psutil
from aiokafka import AIOKafkaConsumer

from bench.gate import PEOPLE, begin, environment_of
from bench.report import report
from rapport.launcher.broker import apply_topics
from rapport.launcher.topics import read_topics
from shared.contracts.hashing import snapshot_sha256
from shared.contracts.planner import ActionSubmittedV1
from shared.kernel.ids import new_id
from shared.messaging.producer import KafkaPublisher
from shared.messaging.settings import KafkaSettings
from shared.outbox.rows import OutboxRow
from support import platform
from support.realistic import a_realistic_snapshot

ROOT = Path(__file__).parents[2]
WARM = 1_000


def submitted(number: int, now: datetime) -> OutboxRow:
    action_id, person = new_id(), f"person-{number % PEOPLE}"
    slot = {"start": (now + timedelta(days=3)).isoformat(), "end": (now + timedelta(days=3, hours=2)).isoformat()}
    snapshot: dict[str, Any] = a_realistic_snapshot(
        number, action_id=action_id, stakeholder_id=person, engager_id="engager-1", scheduled_for=slot
    )
    event = ActionSubmittedV1(
        action_id=action_id,
        version=1,
        plan_id="plan-1",
        stakeholder_id=person,
        snapshot=snapshot,
        snapshot_sha256=snapshot_sha256(snapshot),
        submitted_by="amira.medical",
        submitted_by_name="Dr Amira Sharma",
        edited_by=(),
        submitted_at=now,
    )
    headers = {"source": "planner", "correlationid": new_id()}
    payload = event.model_dump_json().encode()
    return OutboxRow(number, UUID(new_id()), event.TOPIC, event.key, event.TYPE, payload, headers, now, 0)


async def publish(kafka: KafkaSettings, numbers: range) -> None:
    publisher = KafkaPublisher(kafka, client_id="bench")
    await publisher.start()
    now = datetime.now(UTC)  # noqa: TID251 - slots have to lie ahead
    for some in (numbers[at : at + 1000] for at in range(0, len(numbers), 1000)):
        await publisher.publish([submitted(number, now) for number in some])
    await publisher.stop()


@contextmanager
def worker(environment: dict[str, str], log: Path) -> Generator[psutil.Process]:
    variables = {**os.environ, **environment, "COMPLIANCE_WORKER_PORT": str(platform.free_port())}
    with log.open("ab") as output:
        process = subprocess.Popen([sys.executable, "-m", "compliance.worker"], env=variables, stdout=output)
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(30)


class Moment(NamedTuple):
    """When so many of the actions were screened, and the workers' processor seconds until then."""

    at: float
    screened: int
    spent: float


async def screened(consumer: AIOKafkaConsumer, actions: int, processes: Sequence[psutil.Process]) -> list[Moment]:
    """Wait until that many further actions are screened."""
    moments: list[Moment] = []
    seen = 0
    while seen < actions:
        polled = await consumer.getmany(timeout_ms=200)
        arrived = sum(
            dict(record.headers)["ce_type"] == b"compliance.case.screened.v1"
            for records in polled.values()
            for record in records
        )
        if arrived:
            seen += arrived
            moments.append(Moment(time.perf_counter(), seen, sum(sum(each.cpu_times()[:2]) for each in processes)))
    return moments


async def timed(
    kafka: KafkaSettings, actions: int, environment: dict[str, str], workers: int, log: Path
) -> dict[str, float]:
    """What the start cost; then actions per second and the workers' processor time per action."""
    consumer = AIOKafkaConsumer(
        "compliance.case", bootstrap_servers=kafka.bootstrap_servers, auto_offset_reset="latest"
    )
    await consumer.start()
    await consumer.seek_to_end()
    began = time.perf_counter()
    await publish(kafka, range(actions, actions + WARM))
    with ExitStack() as stack:
        processes = [stack.enter_context(worker(environment, log)) for _ in range(workers)]
        started = (await screened(consumer, WARM, processes))[-1]
        await publish(kafka, range(actions))
        moments = await screened(consumer, actions, processes)
    await consumer.stop()
    first, last = next(moment for moment in moments if moment.screened >= actions / 5), moments[-1]
    after = last.screened - first.screened
    return {
        f"start and {WARM} actions, s": started.at - began,
        "processor s": started.spent,
        "then actions/s": after / (last.at - first.at),
        "processor us per action": (last.spent - first.spent) / after * 1e6,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actions", type=int, default=6000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        admin_url = stack.enter_context(platform.postgres(folder / "postgres"))
        servers = stack.enter_context(platform.kafka(folder / "kafka"))
        asyncio.run(apply_topics(servers, read_topics(ROOT / "deploy/kafka/topics.yaml"), say=lambda _: None))
        asyncio.run(platform.execute(admin_url, "CREATE DATABASE bench_pipeline"))
        url = f"{admin_url.rpartition('/')[0]}/bench_pipeline"
        migrate = ["-m", "alembic", "-c", "services/compliance/alembic.ini", "upgrade", "head"]
        subprocess.run([sys.executable, *migrate], cwd=ROOT, env={**os.environ, "COMPLIANCE_DB_URL": url}, check=True)
        asyncio.run(begin(url))
        environment = {**environment_of(url, folder, kafka=servers), "COMPLIANCE_LOG_LEVEL": "WARNING"}
        kafka = KafkaSettings(bootstrap_servers=servers)
        rounds: list[dict[str, float]] = []
        for turn in range(options.rounds):
            log = folder / "worker.log"
            rounds.append(asyncio.run(timed(kafka, options.actions, environment, options.workers, log)))
            report(f"round {turn + 1}", rounds[-1])
        report("median", {name: median(each[name] for each in rounds) for name in rounds[0]})


if __name__ == "__main__":
    main()
