"""How many records go into one transaction, and what a failed one means for the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from shared.kernel.errors import TransientError
from shared.messaging.incoming import Delivery, Route
from shared.messaging.processing import Processor, Progress, RetrySettings

ALONE, FORESEEN = 1, 200
Failing = Callable[[int, set[int]], Exception | None]


class Recording(Processor):
    """Settles nothing: counts the records of each transaction, and fails where `failing(transaction, offsets)` says."""

    def __init__(self, failing: Failing) -> None:
        router = cast("Any", SimpleNamespace(read=delivery))
        super().__init__(consumer="c", router=router, unit_of_work=cast("Any", None), retry=RetrySettings(first=0.0))
        self.sizes: list[int] = []
        self.settled: list[int] = []
        self.running = self.most_at_once = 0
        self._failing = failing

    async def _together(self, deliveries: Sequence[Delivery]) -> None:
        self.sizes.append(len(deliveries))
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        offsets = [each.record.offset for each in deliveries]
        failure = self._failing(len(self.sizes), set(offsets))
        if failure is not None:
            raise failure
        self.settled += offsets


def delivery(record: Any) -> Delivery:
    route = Route(cast("Any", None), [], [cast("Any", print)], cast("Any", None))
    envelope = cast("Any", SimpleNamespace(type="t"))
    return Delivery(str(record.offset), "key", record, envelope, cast("Any", None), route)


async def settled(failing: Failing, count: int = 450) -> Recording:
    processor, progress = Recording(failing), Progress(0)
    records = [SimpleNamespace(topic="t", partition=0, offset=number) for number in range(count)]
    await processor.settle(cast("Any", records), progress)
    assert processor.settled == list(range(count))
    assert (progress.next_offset, progress.stalled) == (count, False)
    return processor


async def test_events_that_lock_ahead_go_together_in_small_numbers() -> None:
    assert (await settled(lambda _at, _offsets: None)).sizes == [FORESEEN, FORESEEN, 50]


@pytest.mark.parametrize("times", [1, 4])
async def test_what_fails_all_for_a_while_waits_with_the_first_and_goes_on_together(times: int) -> None:
    away = await settled(lambda at, _offsets: TransientError("away") if at <= times else None)

    assert away.sizes == [FORESEEN, *[ALONE] * times, FORESEEN, FORESEEN, 49]


async def test_what_fails_one_for_a_while_ends_with_that_one_alone() -> None:
    def failing(at: int, offsets: set[int]) -> Exception | None:
        return TransientError("away") if 100 in offsets and at < 110 else None

    sizes = (await settled(failing)).sizes

    assert sizes[:3] == [FORESEEN, ALONE, FORESEEN]
    assert set(sizes[3:]) == {ALONE}


async def test_partitions_whose_events_lock_ahead_take_turns() -> None:
    """Otherwise they wait inside the database for what another one has locked, until all of them are out of time."""
    processor = Recording(lambda _at, _offsets: None)
    partitions = [
        [SimpleNamespace(topic="t", partition=number, offset=offset) for offset in range(300)] for number in range(3)
    ]

    await asyncio.gather(*(processor.settle(cast("Any", records), Progress(0)) for records in partitions))

    assert processor.most_at_once == 1
    assert len(processor.settled) == 900
