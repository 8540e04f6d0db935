"""How fast the relay is: latency at 200 events/s, and the drain of a backlog with the order of every key checked.

PYTHONPATH=tests python -m bench.relay [--seconds 20] [--backlog 50000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka import AIOKafkaConsumer

from bench.report import percentile, report
from shared.db.bulk import insert_rows
from shared.messaging.producer import KafkaPublisher
from shared.messaging.settings import KafkaSettings
from shared.messaging.worker import few_collections
from shared.outbox.relay import OutboxRelay
from support import platform
from support.backbone import Backbone, backbone, database, outbox
from support.running import running

RATE = 200
KEYS = 1000


def relay_process(database_url: str, servers: str) -> None:
    """A relay alone in its process, as a worker runs it."""
    publisher = KafkaPublisher(KafkaSettings(bootstrap_servers=servers), client_id="bench")
    asyncio.run(OutboxRelay(database_url, publisher).run())


@asynccontextmanager
async def reading(service: Backbone) -> AsyncGenerator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        service.topic, bootstrap_servers=service.kafka.bootstrap_servers, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def latency(service: Backbone, seconds: float) -> dict[str, float]:
    """Milliseconds from the commit's return to the consumer, one commit per event at 200/s."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=relay_process, args=(service.database_url, service.kafka.bootstrap_servers))
    process.start()
    committed: dict[tuple[str, int], float] = {}
    waits: list[float] = []
    total = int(RATE * seconds)

    async def receive(consumer: AIOKafkaConsumer) -> None:
        while len(waits) < total:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                now = time.perf_counter()
                for record in records:
                    said = json.loads(record.value)
                    waits.append((now - committed[said["subject"], said["number"]]) * 1000)

    try:
        async with reading(service) as consumer:
            await service.write([service.row("warm", number) for number in range(50)])
            committed.update({("warm", number): time.perf_counter() for number in range(50)})
            receiving = asyncio.create_task(receive(consumer))
            while len(waits) < 50:
                await asyncio.sleep(0.05)
            waits.clear()
            writing = set[asyncio.Task[None]]()
            begun = time.perf_counter()

            async def write(number: int) -> None:
                key = f"k{number % KEYS}"
                row = service.row(key, number)
                committed[key, number] = time.perf_counter()  # in case it is read before the commit's answer is
                await service.write([row])
                committed[key, number] = time.perf_counter()

            for number in range(total):
                await asyncio.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
                task = asyncio.create_task(write(number))
                writing.add(task)
                task.add_done_callback(writing.discard)
            await asyncio.gather(*writing)
            async with asyncio.timeout(30):
                await receiving
    finally:
        process.terminate()
        process.join()
    return {"p50 ms": percentile(waits, 50), "p99 ms": percentile(waits, 99), "max ms": max(waits)}


async def drain(service: Backbone, rows: int) -> dict[str, float]:
    """Rows per second of one relay facing `rows` waiting rows of 1,000 keys, ~600 bytes each."""
    padding = b"x" * 500
    async with service.engine.begin() as connection:
        for start in range(0, rows, 10_000):
            numbers = range(start, min(start + 10_000, rows))
            made = [service.row(f"k{number % KEYS}", number, payload=b"%08d" % number + padding) for number in numbers]
            await insert_rows(connection, outbox, made)
    await service.execute("ANALYZE outbox_messages")
    publisher = KafkaPublisher(service.kafka, client_id="bench")
    relay = OutboxRelay(service.database_url, publisher)
    begun, processor = time.perf_counter(), time.process_time()
    async with running(relay):
        while await service.scalar("SELECT EXISTS (SELECT FROM outbox_messages WHERE published_at IS NULL)"):
            await asyncio.sleep(0.05)
        took = time.perf_counter() - begun
        processor = time.process_time() - processor
    await check_order(service, rows)
    return {"rows/s": rows / took, "seconds": took, "processor us per row": processor / rows * 1e6}


async def check_order(service: Backbone, rows: int) -> None:
    """Every row once, and in the order of its key."""
    last: dict[bytes, int] = {}
    seen = 0
    async with reading(service) as consumer, asyncio.timeout(60):
        while seen < rows:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    number = int(record.value[:8])
                    if number <= last.get(record.key, -1):
                        sys.exit(f"order broken for {record.key!r}: {number} after {last[record.key]}")
                    last[record.key] = number
                    seen += 1
    if seen != rows:
        sys.exit(f"{rows} rows were written and {seen} read")


async def main(arguments: argparse.Namespace) -> None:
    few_collections()  # as in a worker
    with tempfile.TemporaryDirectory() as folder, platform.postgres(Path(folder, "pg")) as admin_url:  # noqa: SIM117 - the line is full
        with platform.kafka(Path(folder, "kafka")) as servers:
            rates: list[float] = []
            for turn in range(arguments.rounds):
                async with database(admin_url, f"bench_relay_{turn}") as url, backbone(url, servers) as service:
                    figures = await drain(service, arguments.backlog)
                    rates.append(figures["rows/s"])
                    report(f"backlog of {arguments.backlog}, order checked", figures)
            report("backlog, median", {"rows/s": statistics.median(rates)})
            for turn in range(arguments.rounds):
                async with database(admin_url, f"bench_relay_{turn}") as url, backbone(url, servers) as service:
                    report(f"{RATE} events/s, commit to consumer", await latency(service, arguments.seconds))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--backlog", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    asyncio.run(main(parser.parse_args()))
