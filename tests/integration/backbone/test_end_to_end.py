from __future__ import annotations

import pytest

from support.backbone import Backbone
from support.running import consumer, handled, relay, running

pytestmark = pytest.mark.platform


async def test_a_committed_row_reaches_the_handler_exactly_once_and_in_the_order_of_its_key(service: Backbone) -> None:
    async with running(relay(service), consumer(service)):
        for number in range(20):
            await service.write([service.row(f"key-{each}", number) for each in range(10)])
        done = await handled(service, 200)
    assert sorted(done) == sorted((f"key-{each}", number) for each in range(10) for number in range(20))
    for key in {key for key, _ in done}:
        assert [number for each, number in done if each == key] == list(range(20))
    assert await service.scalar("SELECT count(*) FROM outbox_messages WHERE published_at IS NULL") == 0
