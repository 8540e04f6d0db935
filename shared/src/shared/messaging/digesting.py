"""The schedule that digests the changelog."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

from shared.changelog.days import Digesting, digest_finished_days
from shared.kernel.clock import Clock
from shared.messaging.worker import Schedule

EVERY = timedelta(minutes=10)


def digesting(unit_of_work: Callable[[], AbstractAsyncContextManager[Digesting]], clock: Clock) -> Schedule:
    """Soon after midnight UTC, and whatever was missed while nobody ran."""
    return Schedule("changelog-digest", EVERY, lambda: digest_finished_days(unit_of_work=unit_of_work, clock=clock))
