"""What the audit does by itself. Every schedule runs on one replica at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from shared.messaging.worker import Schedule

LINK_EVERY = timedelta(seconds=2)
AUDIT_EVERY = timedelta(seconds=2)
RENEW_EVERY = timedelta(hours=1)


def schedules(
    *,
    link: Callable[[], Awaitable[int]],
    audit: Callable[[], Awaitable[int]],
    renew: Callable[[], Awaitable[int]],
    prune: Callable[[], Awaitable[int]],
) -> tuple[Schedule, ...]:
    """Link posts to new and renamed people, audit who has new evidence, renew what is a day old."""
    return (
        Schedule("audit.link_posts", LINK_EVERY, _quietly(link)),
        Schedule("audit.audit_requested", AUDIT_EVERY, _quietly(audit)),
        Schedule("audit.renew_footprints", RENEW_EVERY, _quietly(renew)),
        Schedule("audit.prune_idempotency_keys", RENEW_EVERY, _quietly(prune)),
    )


def _quietly(work: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await work()

    return run
