"""How far each assigned partition is behind its end, whether or not anything of it gets settled."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (aiokafka leaves parameters untyped)

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from shared.observability import metrics

log = structlog.get_logger()

_ANSWER_SECONDS = 5.0


class Lag:
    """Measures every `every` seconds. `settled` names the first offset of a partition that is not settled yet, or
    None while nothing of it is in flight.
    """

    def __init__(self, settled: Callable[[TopicPartition], int | None], *, every: float) -> None:
        self._settled = settled
        self._every = every
        self._shown: set[TopicPartition] = set()

    async def watch(self, consumer: AIOKafkaConsumer) -> None:
        """Measure until cancelled. What a broker that is away does not tell keeps its last value."""
        while True:
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    await self._measure(consumer)
            except (KafkaError, IllegalStateError, OSError, TimeoutError) as error:
                log.info("consumer.lag_unknown", error=type(error).__name__)
            await asyncio.sleep(self._every)

    async def _measure(self, consumer: AIOKafkaConsumer) -> None:
        if not (assigned := consumer.assignment()):
            return
        ends = await consumer.end_offsets(assigned)
        for partition, end in ends.items():
            reached = self._settled(partition)
            if reached is None:
                reached = await consumer.position(partition)
            if partition in consumer.assignment():  # it may have gone meanwhile
                self._shown.add(partition)
                metrics.CONSUMER_LAG.labels(*_labels(partition)).set(max(0, end - reached))

    def forget(self) -> None:
        """The partitions are gone: whoever has them now measures them."""
        for partition in self._shown:
            metrics.CONSUMER_LAG.remove(*_labels(partition))
        self._shown.clear()


def _labels(partition: TopicPartition) -> tuple[str, str]:
    return partition.topic, str(partition.partition)
