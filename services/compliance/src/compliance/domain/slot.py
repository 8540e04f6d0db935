"""When an action may go out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """From `start`, never at or after `end`; both timezone-aware."""

    start: datetime
    end: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether it is too late."""
        return now >= self.end

    def is_open(self, now: datetime) -> bool:
        """Whether the action may go out now."""
        return self.start <= now < self.end
