from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from shared.messaging.dead_letters import list_dead_letters
from support.backbone import Backbone, bare_producer
from support.running import consumer, eventually, handled, relay, running

pytestmark = pytest.mark.platform


def stalls(topic: str) -> float:
    return REGISTRY.get_sample_value("rapport_consumer_stalls_total", {"topic": topic}) or 0


async def test_a_message_that_cannot_even_be_buried_stalls_its_partition_and_is_not_lost(service: Backbone) -> None:
    """The table refuses the row, as a defect of ours would; once that is mended the message is buried."""
    await service.execute("ALTER TABLE parked_messages ADD CONSTRAINT defect CHECK (position < 0)")
    async with bare_producer(service.kafka) as producer:
        await producer.send_and_wait(service.topic, b"rubbish", key=b"ill", headers=[])
    await service.write([service.row(f"well-{number}", number) for number in range(12)])
    async with running(relay(service), consumer(service)):

        async def stalled() -> bool:
            return stalls(service.topic) >= 2

        await eventually(stalled, what="a stalled partition", within=60)
        assert await list_dead_letters(service.database_url) == []
        await service.execute("ALTER TABLE parked_messages DROP CONSTRAINT defect")

        async def buried() -> bool:
            return [letter.key for letter in await list_dead_letters(service.database_url)] == ["ill"]

        await eventually(buried, what="the dead letter", within=60)
        assert len(await handled(service, 12)) == 12
