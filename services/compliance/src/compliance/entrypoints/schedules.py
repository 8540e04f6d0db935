"""What the gate does by the clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from shared.messaging.worker import Schedule

Task = Callable[[], Awaitable[None]]


def schedules(
    *,
    begin_rules: Task,
    take_over_channels: Task,
    release: Task,
    expire: Task,
    erase: Task,
    look_after_keys: Task,
    watch_desks: Task,
    look_after_releases: Task,
    watch_reviews: Task,
    make_wording_rounds: Task,
    check_caps: Task,
    integrate_ledger: Task,
    write_checkpoint: Task,
    checkpoint_every: timedelta,
) -> Sequence[Schedule]:
    """One leader across all replicas for each."""
    return (
        Schedule(name="begin-rules", every=timedelta(seconds=5), run=once(begin_rules)),
        Schedule(name="take-over-channels", every=timedelta(seconds=5), run=once(take_over_channels)),
        Schedule(name="release", every=timedelta(seconds=1), run=release),
        Schedule(name="expire", every=timedelta(seconds=1), run=expire),
        Schedule(name="erase", every=timedelta(minutes=10), run=erase),
        Schedule(name="look-after-keys", every=timedelta(seconds=10), run=look_after_keys),
        Schedule(name="desk-clocks", every=timedelta(seconds=30), run=watch_desks),
        Schedule(name="look-after-releases", every=timedelta(seconds=30), run=look_after_releases),
        Schedule(name="review-clock", every=timedelta(seconds=30), run=watch_reviews),
        Schedule(name="wordings", every=timedelta(seconds=2), run=make_wording_rounds),
        Schedule(name="caps-check", every=timedelta(minutes=1), run=check_caps),
        Schedule(name="ledger-sequencer", every=timedelta(milliseconds=250), run=integrate_ledger),
        Schedule(name="ledger-checkpoint", every=checkpoint_every, run=write_checkpoint),
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
