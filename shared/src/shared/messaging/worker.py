"""A service's worker process: relay, consumer, replays, schedules and health in one task group."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
import uvicorn
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.unit_of_work import SqlUnitOfWork
from shared.messaging.consumer import ConsumerRunner
from shared.messaging.producer import KafkaPublisher
from shared.messaging.replay import Replayer
from shared.messaging.schedules import Schedule, ScheduleRunner, inbox_pruning
from shared.messaging.settings import KafkaSettings
from shared.messaging.subscription import Subscription
from shared.observability.health import Check, probes
from shared.outbox.relay import OutboxRelay

__all__ = ["Schedule", "Worker", "run_worker"]

log = structlog.get_logger()

STOP_WITHIN_SECONDS = 20.0


@dataclass(frozen=True)
class Worker:
    """What one service's worker runs. `unit_of_work` makes a fresh one per transaction; health, readiness and
    metrics answer on 127.0.0.1:`port`. `ready` are checks of the service's own beside database and broker.
    """

    service: str
    database_url: str
    kafka: KafkaSettings
    engine: AsyncEngine
    unit_of_work: Callable[[], SqlUnitOfWork]
    subscriptions: Sequence[Subscription]
    schedules: Sequence[Schedule]
    port: int
    ready: Mapping[str, Check] = field(default_factory=dict[str, Check])


@dataclass(frozen=True)
class _Part:
    name: str
    run: Callable[[], Awaitable[None]]
    stop: Callable[[], None]


async def run_worker(worker: Worker) -> None:
    """Run until SIGTERM or SIGINT, then finish what is in flight.

    A broker or a database that is away is waited for. A part that fails for another reason ends the whole process
    with an exception, so that whoever supervises it starts it afresh.
    """
    stopping = asyncio.Event()
    few_collections()
    with _signals(stopping):
        parts = _parts(worker)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_watched(part, stopping), name=part.name) for part in parts]
            log.info("worker.started", port=worker.port, parts=[part.name for part in parts])
            await stopping.wait()
            log.info("worker.stopping")
            for part in parts:
                part.stop()
            _, late = await asyncio.wait(tasks, timeout=STOP_WITHIN_SECONDS)
            for task in late:
                log.warning("worker.part_cut_off", part=task.get_name())
                task.cancel()
    log.info("worker.stopped")


def _parts(worker: Worker) -> list[_Part]:
    relay = OutboxRelay(worker.database_url, KafkaPublisher(worker.kafka, client_id=f"{worker.service}-relay"))
    consumer = ConsumerRunner(
        service=worker.service,
        kafka=worker.kafka,
        subscriptions=worker.subscriptions,
        unit_of_work=worker.unit_of_work,
    )
    replayer = Replayer(
        consumer=worker.service,
        router=consumer.router,
        processor=consumer.processor,
        unit_of_work=worker.unit_of_work,
    )
    own = [inbox_pruning(worker.engine)]
    schedules = ScheduleRunner(worker.database_url, [*worker.schedules, *own])

    async def database() -> None:
        async with worker.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def broker() -> None:
        if worker.subscriptions:
            await consumer.ping()

    health = _Health(worker.port, worker.service, {"database": database, "broker": broker, **worker.ready})
    return [
        _Part("health", health.run, health.stop),
        _Part("relay", relay.run, relay.stop),
        _Part("consumer", consumer.run, consumer.stop),
        _Part("replay", replayer.run, replayer.stop),
        _Part("schedules", schedules.run, schedules.stop),
    ]


async def _watched(part: _Part, stopping: asyncio.Event) -> None:
    """A part that ends by itself is as bad as one that fails."""
    try:
        await part.run()
    except Exception:
        log.exception("worker.part_failed", part=part.name)
        raise
    if not stopping.is_set() and part.name != "consumer":
        raise RuntimeError(f"{part.name} ended by itself")


class _Health:
    """The probes' HTTP server. Bound before anything else starts, so that a taken port is a clear error."""

    def __init__(self, port: int, service: str, ready: Mapping[str, Check]) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", port))
        except OSError as error:
            self._socket.close()
            raise SystemExit(
                f"port {port} on 127.0.0.1 is taken ({error.strerror}). "
                f"Remedy: stop what listens there or set {service.upper()}_WORKER_PORT"
            ) from error
        config = uvicorn.Config(
            probes(service=service, ready=ready),
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
        )
        self._server = _Quiet(config)

    async def run(self) -> None:
        await self._server.serve(sockets=[self._socket])

    def stop(self) -> None:
        self._server.should_exit = True


class _Quiet(uvicorn.Server):
    """Leaves the signals to the worker."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def few_collections() -> None:
    """A batch makes thousands of short-lived objects: leave what was made at start out of every collection, and
    collect once per some batches instead of many times within one. A third of the consumer's time otherwise.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@contextmanager
def _signals(stopping: asyncio.Event) -> Generator[None]:
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopping.set)
    try:
        yield
    finally:
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
