"""What the gate does by the clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from shared.messaging.worker import Schedule

Task = Callable[[], Awaitable[None]]


def schedules(
    *, activate_rules: Task, take_over_channels: Task, release: Task, expire: Task, watch_safety: Task
) -> Sequence[Schedule]:
    """One leader across all replicas for each."""
    return (
        Schedule(name="activate-rules", every=timedelta(seconds=5), run=once(activate_rules)),
        Schedule(name="take-over-channels", every=timedelta(seconds=5), run=once(take_over_channels)),
        Schedule(name="release", every=timedelta(seconds=1), run=release),
        Schedule(name="expire", every=timedelta(seconds=1), run=expire),
        Schedule(name="safety-clock", every=timedelta(seconds=30), run=watch_safety),
    )


def once(task: Task) -> Task:
    """Run `task` until it succeeds, then never again: two replicas with different rules must not take turns."""
    done = False

    async def run() -> None:
        nonlocal done
        if not done:
            await task()
            done = True

    return run
