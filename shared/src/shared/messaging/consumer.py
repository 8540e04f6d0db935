"""The consumer runner: polls Kafka, settles every partition in order, commits exactly what is settled."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportIncompatibleMethodOverride=false
# (aiokafka leaves parameters untyped, and accepts coroutines where its listener declares plain methods)

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError, UnknownTopicOrPartitionError

from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.errors import Unavailable
from shared.messaging.incoming import Router
from shared.messaging.lag import Lag
from shared.messaging.processing import Processor, Progress, RetrySettings
from shared.messaging.settings import KafkaSettings
from shared.messaging.subscription import Subscription

log = structlog.get_logger()

Bytes = ConsumerRecord[bytes, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerSettings:
    """`batch` is the most records one poll returns; times in seconds."""

    batch: int = 2000
    poll: float = 0.5
    poll_while_busy: float = 0.02
    patience: float = 0.1
    retry: float = 1.0
    finish_within: float = 5.0
    concurrency: int = 4
    session_timeout: float = 6.0
    metadata_age: float = 30.0
    measure: float = 5.0


class ConsumerRunner:
    """One member of the consumer group of a service.

    Each partition is settled in order, several partitions at a time; one that waits for the database is paused and
    holds nobody else up. Offsets are committed per partition and only behind a committed transaction.
    """

    def __init__(
        self,
        *,
        service: str,
        kafka: KafkaSettings,
        subscriptions: Sequence[Subscription],
        unit_of_work: Callable[[], SqlUnitOfWork],
        settings: ConsumerSettings | None = None,
        retry: RetrySettings | None = None,
    ) -> None:
        self._kafka = kafka
        self._group = f"{kafka.group_prefix}{service}"
        self._settings = settings or ConsumerSettings()
        self.router = Router(subscriptions)
        self.processor = Processor(
            consumer=service,
            router=self.router,
            unit_of_work=unit_of_work,
            retry=retry,
            concurrency=self._settings.concurrency,
        )
        self._stopping = asyncio.Event()
        self._flights: dict[TopicPartition, Flight] = {}
        self._lag = Lag(self._settled, every=self._settings.measure)
        self._connected: AIOKafkaConsumer | None = None

    def stop(self) -> None:
        """End `run` after the batches in flight."""
        self._stopping.set()

    async def run(self) -> None:
        """Consume until `stop`. A broker that is away is waited for."""
        while self.router.topics and not self._stopping.is_set():
            consumer = self._consumer()
            try:
                await consumer.start()
                self._connected = consumer
                log.info("consumer.started", group=self._group, topics=self.router.topics)
                await self._consume_and_measure(consumer)
            except UnknownTopicOrPartitionError:
                log.warning(
                    "consumer.topic_missing",
                    topics=self.router.topics,
                    remedy="rapport topics apply",
                    retry_in=self._settings.retry,
                )
            except (KafkaError, OSError) as error:
                log.warning("consumer.broker_unreachable", error=repr(error), retry_in=self._settings.retry)
            finally:
                self._connected = None
                await self._leave(consumer)
            await self._pause()

    async def ping(self) -> None:
        """Return when the broker answers now; else raise Unavailable or what the client raised."""
        if self._connected is None:
            raise Unavailable("the consumer has no connection to the broker")
        await self._connected.topics()

    def _consumer(self) -> AIOKafkaConsumer:
        seconds = 1000
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._kafka.bootstrap_servers,
            group_id=self._group,
            client_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=int(self._settings.session_timeout * seconds),
            heartbeat_interval_ms=int(self._settings.session_timeout * seconds / 3),
            rebalance_timeout_ms=30 * seconds,
            max_poll_interval_ms=24 * 3600 * seconds,  # a partition that waits for the database is not dead
            metadata_max_age_ms=int(self._settings.metadata_age * seconds),
            request_timeout_ms=15 * seconds,
        )
        consumer.subscribe(self.router.topics, listener=_Rebalance(self, consumer))
        return consumer

    async def _consume_and_measure(self, consumer: AIOKafkaConsumer) -> None:
        measuring = asyncio.create_task(self._lag.watch(consumer), name="lag")
        try:
            await self._consume(consumer)
        finally:
            measuring.cancel()
            await asyncio.wait({measuring})

    async def _consume(self, consumer: AIOKafkaConsumer) -> None:
        while not self._stopping.is_set():
            await self._poll(consumer)
            if self._flights:
                await asyncio.wait([flight.task for flight in self._flights.values()], timeout=self._settings.patience)
            await self._land(consumer)

    async def _poll(self, consumer: AIOKafkaConsumer) -> None:
        """Fetch for the partitions that are free, and start settling what came.

        Whatever comes must be settled: the client waits out a rebalance inside the fetch and answers from the new
        assignment, whose position has then moved past these records.
        """
        free = [each for each in consumer.assignment() if each not in self._flights]
        if not free:
            await asyncio.sleep(0 if self._flights else self._settings.poll_while_busy)
            return
        timeout = self._settings.poll_while_busy if self._flights else self._settings.poll
        try:
            polled = await consumer.getmany(*free, timeout_ms=int(timeout * 1000), max_records=self._settings.batch)
        except IllegalStateError:  # the assignment changed under us
            return
        for partition, records in polled.items():
            if records:
                self._take_off(partition, records)

    def _take_off(self, partition: TopicPartition, records: Sequence[Bytes]) -> None:
        progress = Progress(records[0].offset)
        name = f"{partition.topic}/{partition.partition}"
        task = asyncio.create_task(self.processor.settle(records, progress), name=name)
        self._flights[partition] = Flight(task, progress, records[0].offset)

    async def _land(self, consumer: AIOKafkaConsumer) -> None:
        """Commit what is settled, pause who waits, free who is done. Raises what a defect in the runner raised."""
        await self._commit(consumer, self._flights)
        for partition, flight in list(self._flights.items()):
            if flight.task.done():
                del self._flights[partition]
                flight.task.result()
                self._resume(consumer, partition)
            elif flight.progress.stalled and not flight.paused and partition in consumer.assignment():
                flight.paused = True
                consumer.pause(partition)

    def _settled(self, partition: TopicPartition) -> int | None:
        flight = self._flights.get(partition)
        return None if flight is None else flight.progress.next_offset

    def _resume(self, consumer: AIOKafkaConsumer, partition: TopicPartition) -> None:
        if partition in consumer.assignment() and partition in consumer.paused():
            consumer.resume(partition)

    async def _commit(self, consumer: AIOKafkaConsumer, flights: Mapping[TopicPartition, Flight]) -> None:
        offsets = {each: flight.progress.next_offset for each, flight in flights.items() if flight.uncommitted}
        if not offsets:
            return
        try:
            await consumer.commit(offsets)
        except (KafkaError, OSError) as error:  # a rebalance took the partitions: the inbox absorbs the replay
            log.warning("consumer.commit_failed", partitions=len(offsets), error=repr(error))
            return
        for partition, offset in offsets.items():
            flights[partition].committed = offset

    async def finish(self, consumer: AIOKafkaConsumer) -> None:
        """Before the partitions go: let the batches in flight end, abandon those that do not, commit what is done."""
        self._lag.forget()
        flights, self._flights = self._flights, {}
        tasks = [flight.task for flight in flights.values()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=self._settings.finish_within)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._commit(consumer, flights)
        for task in tasks:
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("consumer.abandoned", task=task.get_name(), exc_info=error)

    async def _leave(self, consumer: AIOKafkaConsumer) -> None:
        await self.finish(consumer)
        try:
            async with asyncio.timeout(self._settings.finish_within):
                await consumer.stop()
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("consumer.left_uncleanly", error=repr(error))

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(self._settings.retry):
                await self._stopping.wait()
        except TimeoutError:
            return


@dataclass(slots=True, eq=False)
class Flight:
    """One partition's batch on its way through the handlers."""

    task: asyncio.Task[None]
    progress: Progress
    committed: int
    paused: bool = False

    @property
    def uncommitted(self) -> bool:
        return self.progress.next_offset > self.committed


class _Rebalance(ConsumerRebalanceListener):
    def __init__(self, runner: ConsumerRunner, consumer: AIOKafkaConsumer) -> None:
        self._runner = runner
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # noqa: ARG002 - all go at once
        await self._runner.finish(self._consumer)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        log.info("consumer.assigned", partitions=len(list(assigned)))
