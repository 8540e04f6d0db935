from __future__ import annotations

import asyncio
import os
import signal
import socket
from datetime import timedelta

import httpx
import pytest

from shared.messaging.settings import KafkaSettings
from shared.messaging.subscription import Subscription
from shared.messaging.worker import Schedule, Worker, run_worker
from support.backbone import Backbone, note
from support.platform import free_port
from support.running import eventually, handled

pytestmark = pytest.mark.platform


def a_worker(service: Backbone, *, kafka: KafkaSettings | None = None, schedules: tuple[Schedule, ...] = ()) -> Worker:
    return Worker(
        service=service.service,
        database_url=service.database_url,
        kafka=kafka or service.kafka,
        engine=service.engine,
        unit_of_work=service.unit_of_work,
        subscriptions=[Subscription((service.contract,), note)],
        schedules=schedules,
        port=free_port(),
    )


async def stopped_by_signal(task: asyncio.Task[None]) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(15):
        await task


async def test_a_worker_relays_consumes_runs_schedules_and_says_how_it_is(service: Backbone) -> None:
    ticks: list[int] = []

    async def tick() -> None:
        ticks.append(1)
        if len(ticks) == 1:
            raise RuntimeError("the first one fails")

    worker = a_worker(service, schedules=(Schedule("tick", timedelta(seconds=0.1), tick),))
    task = asyncio.create_task(run_worker(worker))
    await service.write([service.row("a", number) for number in range(5)])
    assert await handled(service, 5) == [("a", number) for number in range(5)]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{worker.port}") as http:

        async def ready() -> bool:
            return (await http.get("/readyz")).status_code == 200

        await eventually(ready, what="readiness")
        measured = (await http.get("/metrics")).text
    assert f'rapport_outbox_published_total{{topic="{service.topic}"}} 5.0' in measured
    assert len(ticks) > 1
    await stopped_by_signal(task)


async def test_a_broker_that_is_down_at_start_is_waited_for(service: Backbone) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = KafkaSettings(bootstrap_servers=f"127.0.0.1:{closed.getsockname()[1]}")
    worker = a_worker(service, kafka=nobody)
    task = asyncio.create_task(run_worker(worker))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{worker.port}") as http:

        async def answers() -> bool:
            return task.done() or (await http.get("/healthz")).status_code == 200

        await asyncio.sleep(0.5)
        await eventually(answers, what="health")
        assert not task.done()
        assert (await http.get("/readyz")).status_code == 503
    await stopped_by_signal(task)


async def test_a_taken_port_is_named_with_its_remedy(service: Backbone) -> None:
    worker = a_worker(service)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", worker.port))
        taken.listen()
        with pytest.raises(SystemExit, match="_WORKER_PORT"):
            await run_worker(worker)
