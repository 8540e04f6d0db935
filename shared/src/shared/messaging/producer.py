"""The one producer of the repository: idempotent, acknowledged by all replicas, in the order of every key."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (aiokafka leaves parameters untyped)

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.messaging.headers import event_headers
from shared.messaging.settings import KafkaSettings
from shared.outbox.rows import DEFERRED, PUBLISHED, BrokerUnreachable, OutboxRow, Outcome

log = structlog.get_logger()

MAX_MESSAGE_BYTES = 1_000_000
"""Largest message, headers included: below the broker's default of 1,048,588 for a whole batch."""

_BATCH_BYTES = 900_000
_OVERHEAD_BYTES = 100
_REQUEST_TIMEOUT_MS = 15_000
_START_TIMEOUT_SECONDS = 10.0
_ABORT_SECONDS = 5.0

Partition = tuple[str, int]


class KafkaPublisher:
    """Publishes outbox rows. All rows of one partition travel in one batch, so they are stored or refused as one."""

    def __init__(self, settings: KafkaSettings, *, client_id: str) -> None:
        self._settings = settings
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect. Raises BrokerUnreachable."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self._settings.bootstrap_servers,
            client_id=self._client_id,
            acks="all",
            enable_idempotence=True,
            max_batch_size=_BATCH_BYTES,
            max_request_size=MAX_MESSAGE_BYTES,
            request_timeout_ms=_REQUEST_TIMEOUT_MS,
            metadata_max_age_ms=60_000,
        )
        self._producer = producer
        try:
            async with asyncio.timeout(_START_TIMEOUT_SECONDS):
                await producer.start()
        except (KafkaError, OSError, TimeoutError) as error:
            await self.abort()
            raise BrokerUnreachable(f"{self._settings.bootstrap_servers}: {error!r}") from error
        except BaseException:
            await self.abort()
            raise

    async def stop(self) -> None:
        """Flush, then close."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def abort(self) -> None:
        """Close without sending anything more: what waits in memory is dropped and stays in the outbox."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        producer._closed = True  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - stop() would flush first
        try:
            async with asyncio.timeout(_ABORT_SECONDS):
                await producer.client.close()
                await producer._sender.close()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("producer.abort_incomplete", error=repr(error))

    async def publish(self, rows: Sequence[OutboxRow]) -> list[Outcome]:
        """Send `rows` and wait for the acknowledgements, for as long as the broker takes."""
        outcomes = [DEFERRED] * len(rows)
        batches = await self._fill(rows, outcomes)
        if not batches:
            return outcomes
        results = await asyncio.gather(
            *(self._send(partition, builder) for partition, (builder, _) in batches.items()), return_exceptions=True
        )
        refused: list[int] = []
        for (_, indexes), result in zip(batches.values(), results, strict=True):
            if result is None:
                for index in indexes:
                    outcomes[index] = PUBLISHED
            elif not isinstance(result, KafkaError):
                raise result
            else:
                refused.extend(indexes)
                if len(indexes) == 1:
                    outcomes[indexes[0]] = Outcome(refusal=repr(result))
        if refused:
            await self._renew()
            await self._isolate(rows, outcomes, refused)
        return outcomes

    async def _fill(
        self, rows: Sequence[OutboxRow], outcomes: list[Outcome]
    ) -> dict[Partition, tuple[BatchBuilder, list[int]]]:
        """One batch per partition; a row that does not go in is refused or deferred, and so is its key behind it."""
        producer = self._open()
        batches: dict[Partition, tuple[BatchBuilder, list[int]]] = {}
        counts = {topic: await self._partitions(topic) for topic in {row.topic for row in rows}}
        stopped: set[tuple[str, str]] = set()
        full: set[Partition] = set()
        for index, row in enumerate(rows):
            count = counts[row.topic]
            if count == 0:
                outcomes[index] = Outcome(refusal=f"topic {row.topic} does not exist", topic_missing=True)
                continue
            partition = (row.topic, partition_of(row.key, count))
            if partition in full or (row.topic, row.key) in stopped:
                continue
            headers = _headers(row)
            size = _size(row, headers)
            if size > MAX_MESSAGE_BYTES:
                stopped.add((row.topic, row.key))
                outcomes[index] = Outcome(refusal=f"the message is {size} bytes, more than {MAX_MESSAGE_BYTES}")
                continue
            if partition not in batches:
                batches[partition] = (producer.create_batch(), [])
            builder, indexes = batches[partition]
            moment = int(row.occurred_at.timestamp() * 1000)
            if builder.append(timestamp=moment, key=row.key.encode(), value=row.payload, headers=headers) is None:
                full.add(partition)
            else:
                indexes.append(index)
        return batches

    async def _isolate(self, rows: Sequence[OutboxRow], outcomes: list[Outcome], refused: list[int]) -> None:
        """A batch was refused as one: send its rows singly, to find the row that is to blame."""
        stopped = {(rows[i].topic, rows[i].key) for i in refused if outcomes[i].refusal is not None}
        for index in refused:
            row = rows[index]
            if (row.topic, row.key) in stopped:
                continue
            single = [DEFERRED]
            for partition, (builder, _) in (await self._fill([row], single)).items():
                try:
                    await self._send(partition, builder)
                    single[0] = PUBLISHED
                except KafkaError as error:
                    single[0] = Outcome(refusal=repr(error))
                    await self._renew()
            outcomes[index] = single[0]
            if not single[0].published:
                stopped.add((row.topic, row.key))

    async def _send(self, partition: Partition, builder: BatchBuilder) -> None:
        acknowledged = await self._open().send_batch(builder, partition[0], partition=partition[1])
        await acknowledged

    async def _renew(self) -> None:
        """After a refusal the broker misses a sequence number of this producer: begin a new one."""
        await self.abort()
        await self.start()

    async def _partitions(self, topic: str) -> int:
        """How many partitions `topic` has; 0 when the broker answers and knows no such topic."""
        client = self._open().client
        known = client.cluster.partitions_for_topic(topic)
        if known is None:
            await client.add_topic(topic)
            if not await client.force_metadata_update():
                raise BrokerUnreachable(f"{self._settings.bootstrap_servers} does not answer")
            known = client.cluster.partitions_for_topic(topic)
        return len(known or ())

    def _open(self) -> AIOKafkaProducer:
        if self._producer is None:
            raise BrokerUnreachable("the producer is closed")
        return self._producer


@lru_cache(maxsize=65_536)
def partition_of(key: str, count: int) -> int:
    """The partition that every Kafka client's default hash gives `key` among `count`."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % count


def _headers(row: OutboxRow) -> list[tuple[str, bytes]]:
    extra = dict(row.headers)
    return event_headers(
        message_id=str(row.id),
        event_type=row.type,
        source=extra.pop("source", ""),
        time=row.occurred_at,
        subject=row.key,
        extra=extra,
    )


def _size(row: OutboxRow, headers: list[tuple[str, bytes]]) -> int:
    said = sum(len(name) + len(value) + 4 for name, value in headers)
    return len(row.payload) + len(row.key.encode()) + said + _OVERHEAD_BYTES
