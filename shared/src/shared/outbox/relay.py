"""The relay: the one process per service that moves outbox rows to the broker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

import asyncpg
import structlog

from shared.db.driver import DATABASE_AWAY
from shared.db.engine import driver_dsn
from shared.db.locks import try_lead
from shared.observability import metrics
from shared.outbox import statements
from shared.outbox.holds import Holds
from shared.outbox.rows import BrokerUnreachable, OutboxRow, Outcome, Publisher
from shared.outbox.table import CHANNEL

log = structlog.get_logger()

LOCK = "outbox-relay"
"""Advisory lock of the leader; every service has its own database, so the name needs no prefix."""

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class LeadershipLost(Exception):
    """The connection that holds the lock is gone: another relay may lead by now, so nothing more may be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaySettings:
    """Times in seconds. `poll` finds rows whose wake-up was missed; `keep_published` is how long rows stay."""

    batch: int = 1000
    poll: float = 1.0
    retry: float = 1.0
    heartbeat: float = 2.0
    observe: float = 5.0
    stop_within: float = 10.0
    keep_published: timedelta = timedelta(days=7)
    prune_every: float = 60.0
    prune_batch: int = 1000


class OutboxRelay:
    """Publishes waiting rows in order, marks them after the acknowledgement, and keeps at it.

    One relay per database leads (a session-level advisory lock on a connection of its own); the others stand by.
    A database or a broker that goes away is waited for. A row the broker refuses holds back its own key only.
    """

    def __init__(self, database_url: str, publisher: Publisher, settings: RelaySettings | None = None) -> None:
        self._dsn = driver_dsn(database_url)
        self._publisher = publisher
        self._settings = settings or RelaySettings()
        self._holds = Holds()
        self._wake = asyncio.Event()
        self._lost = asyncio.Event()
        self._stopping = asyncio.Event()
        self._next_prune = 0.0
        self._next_observation = 0.0
        self.leading = False

    def stop(self) -> None:
        """End `run` after the batch in flight."""
        self._stopping.set()
        self._wake.set()

    async def run(self) -> None:
        """Lead or stand by until `stop`. Returns only then."""
        while not self._stopping.is_set():
            try:
                await self._serve()
            except (*DATABASE_AWAY, LeadershipLost) as error:
                log.warning("relay.interrupted", error=repr(error), retry_in=self._settings.retry)
                await self._pause(self._settings.retry)

    async def _serve(self) -> None:
        connection: Connection = await asyncpg.connect(self._dsn, timeout=5, command_timeout=15)
        try:
            self._lost.clear()
            connection.add_termination_listener(self._on_termination)
            if not await self._win(connection):
                return
            await connection.add_listener(CHANNEL, self._on_notify)
            self.leading = True
            self._next_observation = 0.0
            log.info("relay.leading")
            await self._lead(connection)
        finally:
            self.leading = False
            _forget()
            await _close(connection)

    async def _win(self, connection: Connection) -> bool:
        standing_by = False
        while not self._stopping.is_set():
            if await try_lead(connection, LOCK):
                return True
            if not standing_by:
                standing_by = True
                log.info("relay.standing_by")
            await self._pause(self._settings.poll)
        return False

    async def _lead(self, connection: Connection) -> None:
        clean = False
        try:
            while not self._stopping.is_set():
                try:
                    await self._publisher.start()
                    await self._drain(connection)
                except BrokerUnreachable as error:
                    log.warning("relay.broker_unreachable", error=str(error), retry_in=self._settings.retry)
                    await self._publisher.abort()
                    await self._keep_alive(connection)
                    await self._observe(connection)
                    await self._pause(self._settings.retry)
            clean = not self._lost.is_set()
        finally:
            await (self._publisher.stop() if clean else self._publisher.abort())

    async def _drain(self, connection: Connection) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            rows = await self._waiting(connection)
            outcomes: Sequence[Outcome] = await self._publish(connection, rows) if rows else ()
            await self._mark(connection, rows, outcomes)
            await self._tend(connection)
            if not any(outcome.published for outcome in outcomes):
                await self._sleep()

    async def _waiting(self, connection: Connection) -> list[OutboxRow]:
        """The read that also proves the lock is still ours: it runs on the session that holds it."""
        now = time.monotonic()
        return await statements.waiting(
            connection, self._settings.batch, keys=self._holds.keys(now), topics=self._holds.topics(now)
        )

    async def _publish(self, connection: Connection, rows: Sequence[OutboxRow]) -> Sequence[Outcome]:
        """Send, and while the broker takes its time, see that the lock's session lives; abort when it does not."""
        sending = asyncio.create_task(self._publisher.publish(rows))
        lost = asyncio.create_task(self._lost.wait())
        deadline: float | None = None
        try:
            while not sending.done():
                await asyncio.wait({sending, lost}, timeout=self._settings.heartbeat, return_when="FIRST_COMPLETED")
                if sending.done():
                    break
                await self._keep_alive(connection)
                await self._observe(connection)
                log.warning("relay.waiting_for_broker", rows=len(rows))
                deadline = self._deadline(deadline)
            return sending.result()
        finally:
            lost.cancel()
            if not sending.done():
                await self._publisher.abort()
                sending.cancel()
                await asyncio.wait({sending})

    def _deadline(self, deadline: float | None) -> float | None:
        """A stopping relay waits for the broker only so long; the rows stay in the outbox."""
        if not self._stopping.is_set():
            return None
        now = time.monotonic()
        if deadline is not None and now > deadline:
            raise BrokerUnreachable("stopped while the broker did not answer")
        return deadline or now + self._settings.stop_within

    async def _keep_alive(self, connection: Connection) -> None:
        if self._lost.is_set() or connection.is_closed():
            raise LeadershipLost("the session that holds the lock has ended")
        await connection.execute("SELECT 1")

    async def _mark(self, connection: Connection, rows: Sequence[OutboxRow], outcomes: Sequence[Outcome]) -> None:
        published: list[int] = []
        now = time.monotonic()
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome.published:
                published.append(row.sequence)
            elif outcome.refusal is not None:
                self._holds.note(row, outcome, now=now)
                metrics.OUTBOX_FAILED.labels(topic=row.topic).inc()
                await statements.mark_refused(connection, row.sequence, outcome.refusal)
                log.error("relay.row_refused", topic=row.topic, key=row.key, row=str(row.id), error=outcome.refusal)
        if published:
            await statements.mark_published(connection, published)
            _count(rows, outcomes)

    async def _tend(self, connection: Connection) -> None:
        """Now and then: measure what waits, and forget what was published long ago."""
        await self._observe(connection)
        now = time.monotonic()
        if now >= self._next_prune:
            pruned = await statements.prune(connection, self._settings.keep_published, self._settings.prune_batch)
            if pruned < self._settings.prune_batch:
                self._next_prune = now + self._settings.prune_every

    async def _observe(self, connection: Connection) -> None:
        """Now and then, and above all while the broker does not answer: how much waits, and for how long."""
        now = time.monotonic()
        if now >= self._next_observation:
            self._next_observation = now + self._settings.observe
            waiting, oldest = await statements.observe(connection)
            metrics.OUTBOX_WAITING.set(waiting)
            metrics.OUTBOX_OLDEST_SECONDS.set(oldest)

    async def _sleep(self) -> None:
        """Until a commit wakes us, the poll is due, or the lock's session ends."""
        if not self._lost.is_set():
            await _wait(self._wake, self._settings.poll)
        if self._lost.is_set():
            raise LeadershipLost("the session that holds the lock has ended")

    async def _pause(self, seconds: float) -> None:
        await _wait(self._stopping, seconds)

    def _on_notify(self, *_: object) -> None:
        self._wake.set()

    def _on_termination(self, _: object) -> None:
        self._lost.set()
        self._wake.set()


def _forget() -> None:
    """Whoever leads now measures; that nothing waits would be a guess."""
    metrics.OUTBOX_WAITING.set(float("nan"))
    metrics.OUTBOX_OLDEST_SECONDS.set(float("nan"))


def _count(rows: Sequence[OutboxRow], outcomes: Sequence[Outcome]) -> None:
    topics: dict[str, int] = {}
    for row, outcome in zip(rows, outcomes, strict=True):
        if outcome.published:
            topics[row.topic] = topics.get(row.topic, 0) + 1
    for topic, count in topics.items():
        metrics.OUTBOX_PUBLISHED.labels(topic=topic).inc(count)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


async def _close(connection: Connection) -> None:
    try:
        await connection.close(timeout=2)
    except DATABASE_AWAY:
        connection.terminate()
