"""The consumer runner against a bare aiokafka + asyncpg loop, side by side on the same messages.

Both poll the same number of records and write, per partition and poll, one transaction: the runner an inbox row and
one row per event, the bare loop one row per event ("effects only"), or the inbox rows too ("same rows").

    PYTHONPATH=tests python -m bench.consumer [--events 60000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from aiokafka import AIOKafkaConsumer

from bench.report import report
from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.ids import new_id
from shared.messaging.consumer import ConsumerRunner, ConsumerSettings
from shared.messaging.producer import KafkaPublisher
from shared.messaging.subscription import Subscription
from shared.messaging.worker import few_collections
from shared.outbox.rows import OutboxRow
from support import platform
from support.backbone import Backbone, Counted, backbone, connect, database, effects
from support.running import running

KEYS = 1000
BATCH = ConsumerSettings().batch


async def publish(service: Backbone, events: int) -> None:
    """Put `events` messages on the topic, as the relay would."""
    publisher = KafkaPublisher(service.kafka, client_id="bench")
    await publisher.start()
    now = datetime.now(UTC)  # noqa: TID251 - the envelope needs some time
    for start in range(0, events, 2000):
        rows = [
            OutboxRow(
                number,
                UUID(new_id()),
                service.topic,
                f"k{number % KEYS}",
                service.contract.TYPE,
                service.contract(subject=f"k{number % KEYS}", number=number).model_dump_json().encode(),
                {"source": "bench", "correlationid": new_id()},
                now,
                0,
            )
            for number in range(start, min(start + 2000, events))
        ]
        await publisher.publish(rows)
    await publisher.stop()


async def bare(service: Backbone, events: int, *, inbox: bool) -> float:
    """Events per second of the loop one would write by hand for this one table."""
    connection = await connect(service.database_url)
    await connection.execute("TRUNCATE effects, inbox_messages")
    consumer = AIOKafkaConsumer(
        service.topic,
        bootstrap_servers=service.kafka.bootstrap_servers,
        group_id=f"{service.service}-{new_id()}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    seen = 0
    begun = 0.0
    while seen < events:
        polled = await consumer.getmany(timeout_ms=500, max_records=BATCH)
        begun = begun or time.perf_counter()
        for partition, records in polled.items():
            said = [json.loads(record.value) for record in records]
            async with connection.transaction():
                if inbox:
                    ids = [UUID(dict(record.headers)["ce_id"].decode()) for record in records]
                    await connection.execute(
                        "INSERT INTO inbox_messages (consumer, message_id) SELECT 'bare', unnest($1::uuid[])", ids
                    )
                await connection.copy_records_to_table(
                    "effects", records=[(one["subject"], one["number"]) for one in said], columns=["key", "number"]
                )
            await consumer.commit({partition: records[-1].offset + 1})
            seen += len(records)
    took = time.perf_counter() - begun
    await consumer.stop()
    await connection.close()
    return events / took


async def ours(service: Backbone, events: int) -> float:
    """Events per second of the runner, from its first effect's poll to the last."""
    await service.execute("TRUNCATE effects, inbox_messages")
    begun = 0.0
    handled = 0

    async def timed(event: Counted, _envelope: object, uow: SqlUnitOfWork) -> None:
        nonlocal begun, handled
        begun = begun or time.perf_counter()
        handled += 1
        uow.stage(effects, {"key": event.subject, "number": event.number})

    runner = ConsumerRunner(
        service=f"{service.service}-{new_id()}",
        kafka=service.kafka,
        subscriptions=[Subscription((service.contract,), timed)],
        unit_of_work=service.unit_of_work,
    )
    connection = await connect(service.database_url)
    async with running(runner):
        while handled < events:
            await asyncio.sleep(0.01)
        while (await connection.fetchval("SELECT count(*) FROM effects")) < events:
            await asyncio.sleep(0.01)
        took = time.perf_counter() - begun
    await connection.close()
    return events / took


async def main(arguments: argparse.Namespace) -> None:
    few_collections()  # as in a worker; the bare loop profits too
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        admin_url = stack.enter_context(platform.postgres(folder / "postgres"))
        servers = stack.enter_context(platform.kafka(folder / "kafka"))
        url = await stack.enter_async_context(database(admin_url, "bench_consumer"))
        service = await stack.enter_async_context(backbone(url, servers))
        await publish(service, arguments.events)
        contenders: dict[str, Callable[[], Awaitable[float]]] = {
            "bare, effects only": lambda: bare(service, arguments.events, inbox=False),
            "bare, same rows": lambda: bare(service, arguments.events, inbox=True),
            "runner": lambda: ours(service, arguments.events),
        }
        rates: dict[str, list[float]] = {name: [] for name in contenders}
        processor: dict[str, list[float]] = {name: [] for name in contenders}
        for turn in range(arguments.rounds):
            for name, contender in contenders.items():
                before = time.process_time()
                rates[name].append(await contender())
                processor[name].append((time.process_time() - before) / arguments.events * 1e6)
            report(f"round {turn + 1}, events/s", {name: values[-1] for name, values in rates.items()})
        medians = {name: statistics.median(values) for name, values in rates.items()}
        report("median, events/s", medians)
        report("median, processor us per event", {name: statistics.median(each) for name, each in processor.items()})
        for name in list(contenders)[:2]:
            pairs = [mine / theirs for mine, theirs in zip(rates["runner"], rates[name], strict=True)]
            report(
                f"runner against {name}, % of its rate",
                {
                    "of medians": 100 * medians["runner"] / medians[name],
                    "median of rounds": 100 * statistics.median(pairs),
                },
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=5)
    asyncio.run(main(parser.parse_args()))
