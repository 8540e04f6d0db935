"""What the other services have said, per key, and how far the gate's consumer is: Kafka's part of a history.

Records go through the consumer's own `Processor` (inbox, transactions, verdicts, parking). Delivery is at least once:
what was handed over in a call that died is handed over again, and now and then what was settled long ago as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from shared.contracts.envelope import IntegrationEvent
from shared.messaging.headers import event_headers
from shared.messaging.processing import Processor, Progress
from shared.testing.broker import MemoryRecord


@dataclass(slots=True)
class Said:
    """One record, the event in it, and what an operator would put in place of a payload that nobody can read."""

    record: MemoryRecord
    event: IntegrationEvent
    mended: bytes | None = None

    def torn(self) -> Said:
        """The same, as nobody can read it."""
        record = replace(self.record, value=b'{"torn": ')
        return Said(record, self.event, self.record.value)


@dataclass(slots=True)
class Partition:
    """The records of one key in order. `settled`: so many are done for certain; `tried`: so many may be."""

    said: list[Said] = field(default_factory=list[Said])
    settled: int = 0
    tried: int = 0

    @property
    def waiting(self) -> bool:
        return self.settled < len(self.said)

    @property
    def is_certain(self) -> bool:
        """Whether it is known what the gate has heard."""
        return self.tried == self.settled


class Topics:
    """Everything said in one history."""

    def __init__(self) -> None:
        self.partitions: dict[tuple[str, str], Partition] = {}
        self._number = 0

    def of(self, topic: str, key: str) -> Partition:
        return self.partitions.setdefault((topic, key), Partition())

    def say(self, event: IntegrationEvent, message_id: str, at: datetime) -> Partition:
        """Put `event` behind what was said before about its key."""
        self._number += 1
        headers = event_headers(
            message_id=message_id, event_type=event.TYPE, source="soak", time=at, subject=event.key, extra={}
        )
        value = event.model_dump_json().encode()
        partition = self.of(event.TOPIC, event.key)
        record = MemoryRecord(event.TOPIC, len(partition.said), event.key.encode(), value, headers)
        partition.said.append(Said(record, event))
        return partition

    async def deliver(self, partition: Partition, processor: Processor, *, again: int = 0) -> None:
        """Hand over what waits, and the last `again` that were settled before."""
        first = max(0, partition.settled - again)
        records = [each.record for each in partition.said[first:]]
        if not records:
            return
        progress = Progress(next_offset=first)
        partition.tried = len(partition.said)
        try:
            await processor.settle(records, progress)
        finally:
            partition.settled = max(partition.settled, progress.next_offset)

    def waiting(self) -> Sequence[Partition]:
        """Those with something to hand over."""
        return [each for each in self.partitions.values() if each.waiting]

    def events(self, topic: str, key: str) -> Sequence[Any]:
        """What the gate has heard for certain about a key, oldest first."""
        partition = self.of(topic, key)
        return [each.event for each in partition.said[: partition.settled]]
