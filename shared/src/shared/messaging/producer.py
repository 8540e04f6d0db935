"""The one producer of the repository: idempotent, acknowledged by all replicas, in the order of every key."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (aiokafka leaves parameters untyped)

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from shared.messaging.batches import MAX_MESSAGE_BYTES, Headers, Partition, plan
from shared.messaging.settings import KafkaSettings
from shared.outbox.rows import PUBLISHED, BrokerUnreachable, OutboxRow, Outcome

log = structlog.get_logger()

_REQUEST_TIMEOUT_MS = 15_000
_START_TIMEOUT_SECONDS = 10.0
_ABORT_SECONDS = 5.0


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
            max_batch_size=MAX_MESSAGE_BYTES,
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
                await producer._sender.close()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - as above
        except (KafkaError, OSError, TimeoutError) as error:
            log.warning("producer.abort_incomplete", error=repr(error))

    async def publish(self, rows: Sequence[OutboxRow]) -> list[Outcome]:
        """Send `rows` and wait for the acknowledgements, for as long as the broker takes. Raises BrokerUnreachable."""
        try:
            return await self._publish(rows)
        except KafkaError as error:
            raise BrokerUnreachable(repr(error)) from error

    async def _publish(self, rows: Sequence[OutboxRow]) -> list[Outcome]:
        made = plan(rows, {topic: await self._partitions(topic) for topic in {row.topic for row in rows}})
        outcomes = made.outcomes
        results = await asyncio.gather(
            *(self._send(rows, partition, batch) for partition, batch in made.batches.items()), return_exceptions=True
        )
        refused: list[tuple[Partition, tuple[int, Headers]]] = []
        for (partition, batch), result in zip(made.batches.items(), results, strict=True):
            if result is None:
                for index, _ in batch:
                    outcomes[index] = PUBLISHED
            elif not isinstance(result, KafkaError):
                raise result
            else:
                log.warning("producer.batch_refused", topic=partition[0], rows=len(batch), error=repr(result))
                refused.extend((partition, one) for one in batch)
        if refused:
            await self._isolate(rows, outcomes, refused)
        return outcomes

    async def _isolate(
        self,
        rows: Sequence[OutboxRow],
        outcomes: list[Outcome],
        refused: Sequence[tuple[Partition, tuple[int, Headers]]],
    ) -> None:
        """A batch was refused as one: send its rows singly, to find the row that is to blame."""
        stopped: set[tuple[str, str]] = set()
        await self._renew()
        for partition, one in refused:
            index = one[0]
            key = (rows[index].topic, rows[index].key)
            if key in stopped:
                continue
            try:
                await self._send(rows, partition, [one])
                outcomes[index] = PUBLISHED
            except KafkaError as error:
                stopped.add(key)
                outcomes[index] = Outcome(refusal=repr(error))
                await self._renew()

    async def _send(
        self, rows: Sequence[OutboxRow], partition: Partition, batch: Sequence[tuple[int, Headers]]
    ) -> None:
        builder = self._open().create_batch()
        for index, headers in batch:
            row = rows[index]
            moment = int(row.occurred_at.timestamp() * 1000)
            if builder.append(timestamp=moment, key=row.key.encode(), value=row.payload, headers=headers) is None:
                raise MessageSizeTooLargeError(f"{len(batch)} rows do not fit one batch")
        await (await self._open().send_batch(builder, partition[0], partition=partition[1]))

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
