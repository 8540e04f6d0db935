"""Domain events and the aggregate that records them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """Something that happened inside one service. It never leaves; see `to_integration_event`."""


class Aggregate:
    """Consistency boundary: only it changes its own state, and it remembers what happened.

    `version` counts committed changes; repositories use it for optimistic locking.
    """

    def __init__(self, *, version: int = 0) -> None:
        self.version: int = version
        self._events: list[DomainEvent] = []

    def record(self, event: DomainEvent) -> None:
        """Remember `event` until the unit of work collects it."""
        self._events.append(event)

    def pull_events(self) -> list[DomainEvent]:
        """Hand over the recorded events, oldest first, and forget them."""
        events, self._events = self._events, []
        return events
