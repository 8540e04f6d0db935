"""Releases and recalls on Kafka. One is settled when its executor is through with it; only then its offset counts."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (aiokafka leaves parameters untyped)

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from shared.contracts.catalog import parse
from shared.contracts.compliance import ActionRecalledV1, ActionReleasedV1
from shared.messaging.headers import to_envelope, type_of
from shared.messaging.verdicts import Unreadable

log = structlog.get_logger("rapport.executor")

RETRY_SECONDS = 2.0
POLL_MILLISECONDS = 300


News: TypeAlias = ActionReleasedV1 | ActionRecalledV1


class Settling:
    """Which offsets of a partition are settled: the next one to commit has nothing unsettled before it."""

    def __init__(self) -> None:
        self._open: set[int] = set()
        self._next = 0

    def begin(self, offset: int) -> None:
        """The record at `offset` is in hand."""
        self._open.add(offset)
        self._next = max(self._next, offset + 1)

    def end(self, offset: int) -> None:
        """The record at `offset` is settled."""
        self._open.discard(offset)

    @property
    def committable(self) -> int:
        """Where a successor would have to go on."""
        return min(self._open, default=self._next)


class ReleaseFeed:
    """Hands every release and recall to `carry_out`, each in a task of its own: one that waits holds up no other."""

    def __init__(
        self,
        *,
        bootstrap_servers: str,
        group: str,
        audiences: frozenset[str],
        carry_out: Callable[[News], Awaitable[None]],
    ) -> None:
        self._servers = bootstrap_servers
        self._group = group
        self._audiences = audiences
        self._carry_out = carry_out
        self._settling: dict[TopicPartition, Settling] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self.connected = False

    def stop(self) -> None:
        """End `run`; what is in hand is taken up again at the next start."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`. A broker that is away is waited for."""
        while not self._stopping.is_set():
            consumer = AIOKafkaConsumer(
                ActionReleasedV1.TOPIC,
                bootstrap_servers=self._servers,
                group_id=self._group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
            )
            try:
                await consumer.start()
                self.connected = True
                await self._consume(consumer)
            except (KafkaError, OSError) as error:
                log.warning("executor.broker_unreachable", error=repr(error), retry_in=RETRY_SECONDS)
                await asyncio.sleep(RETRY_SECONDS)
            finally:
                self.connected = False
                await self._drop_what_is_in_hand()
                await consumer.stop()

    async def _consume(self, consumer: AIOKafkaConsumer) -> None:
        committed: dict[TopicPartition, int] = {}
        while not self._stopping.is_set():
            batches = await consumer.getmany(timeout_ms=POLL_MILLISECONDS)
            for partition, records in batches.items():
                for record in records:
                    self._take(partition, record)
            ours = consumer.assignment()
            due = {each: settling.committable for each, settling in self._settling.items() if each in ours}
            fresh = {each: offset for each, offset in due.items() if committed.get(each) != offset}
            if fresh:
                await consumer.commit(fresh)
                committed |= fresh

    def _take(self, partition: TopicPartition, record: ConsumerRecord[bytes, bytes]) -> None:
        settling = self._settling.setdefault(partition, Settling())
        settling.begin(record.offset)
        release = _news_in(record)
        if release is None or release.audience not in self._audiences:
            settling.end(record.offset)
            return
        task = asyncio.create_task(self._settle(release, settling, record.offset))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _settle(self, release: News, settling: Settling, offset: int) -> None:
        try:
            await self._carry_out(release)
        except Exception:
            log.exception("executor.broken", permit_id=release.permit_id)  # stays unsettled: the next start tries again
        else:
            settling.end(offset)

    async def _drop_what_is_in_hand(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._settling.clear()


def _news_in(record: ConsumerRecord[bytes, bytes]) -> News | None:
    """The release or recall in a record; None for anything else.

    Rubbish is logged: a permit nobody can read expires unused, a recall is on the revocation list too.
    """
    try:
        if type_of(record.headers) not in (ActionReleasedV1.TYPE, ActionRecalledV1.TYPE) or record.value is None:
            return None
        event = parse(to_envelope(record.headers).type, record.value)
    except (Unreadable, ValidationError) as error:
        where: Mapping[str, Any] = {"partition": record.partition, "offset": record.offset}
        log.warning("executor.unreadable", error=type(error).__name__, **where)
        return None
    return event if isinstance(event, (ActionReleasedV1, ActionRecalledV1)) else None
