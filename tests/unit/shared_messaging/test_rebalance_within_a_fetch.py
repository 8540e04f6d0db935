"""A fetch that waits through a rebalance answers from the new assignment: what it brings is settled, never dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

from aiokafka import TopicPartition

from shared.contracts.compliance import CaseScreenedV1
from shared.messaging.consumer import ConsumerRunner, ConsumerSettings
from shared.messaging.settings import KafkaSettings
from shared.messaging.subscription import Subscription

PARTITION = TopicPartition(CaseScreenedV1.TOPIC, 0)


class Client:
    """A client whose first fetch is still waiting when the group is rebalanced."""

    def __init__(self, runner: ConsumerRunner) -> None:
        self._runner = runner
        self._fetches = 0
        self.committed: dict[TopicPartition, int] = {}

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def assignment(self) -> set[TopicPartition]:
        return {PARTITION}

    def paused(self) -> set[TopicPartition]:
        return set()

    async def getmany(self, *_: TopicPartition, **__: object) -> Mapping[TopicPartition, Sequence[Any]]:
        self._fetches += 1
        if self._fetches > 1:
            await asyncio.sleep(0)
            return {}
        await self._runner.finish(cast("Any", self))
        return {PARTITION: [SimpleNamespace(topic=PARTITION.topic, partition=0, offset=at) for at in range(3)]}

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        self.committed |= offsets
        self._runner.stop()

    async def end_offsets(self, _: object) -> dict[TopicPartition, int]:
        return {}


class Rebalanced(ConsumerRunner):
    """Settles whatever its `Client` brings."""

    def __init__(self) -> None:
        async def nothing(*_: object) -> None: ...

        super().__init__(
            service="s",
            kafka=KafkaSettings(bootstrap_servers="nowhere:1"),
            subscriptions=[Subscription((CaseScreenedV1,), nothing)],
            unit_of_work=cast("Any", None),
            settings=ConsumerSettings(retry=0.0),
        )
        self.client = Client(self)
        self.settled: list[int] = []
        self.processor.settle = self._settle  # type: ignore[method-assign] - the database has no part in this

    def _consumer(self) -> Any:
        return self.client

    async def _settle(self, records: Sequence[Any], progress: Any) -> None:
        self.settled += [record.offset for record in records]
        progress.next_offset = records[-1].offset + 1


async def test_records_that_arrive_with_a_new_assignment_are_settled() -> None:
    runner = Rebalanced()
    async with asyncio.timeout(5):
        await runner.run()
    assert runner.settled == [0, 1, 2]
    assert runner.client.committed == {PARTITION: 3}
