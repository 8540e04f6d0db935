"""Time that moves when the test says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

A_MONDAY_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class FakeClock:
    """A Clock that stands still. `now()` is timezone-aware UTC."""

    def __init__(self, at: datetime = A_MONDAY_MORNING) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by

    def set(self, to: datetime) -> None:
        """Jump, in either direction."""
        self._now = to
