"""How long a hand-over to drug safety may take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverLimit:
    """Either `hours` on the clock, or `business_days` in `timezone` with `holidays`; company data, never code."""

    timezone: str
    business_days: int | None = None
    hours: int | None = None
    holidays: frozenset[date] = frozenset()

    def due_at(self, seen_at: datetime) -> datetime:
        """When a report seen at `seen_at` (timezone-aware) has to be handed over at the latest, same time of day."""
        if self.hours is not None:
            return seen_at + timedelta(hours=self.hours)
        local = seen_at.astimezone(ZoneInfo(self.timezone))
        left = self.business_days or 1
        while left:
            local += timedelta(days=1)
            if local.weekday() < _SATURDAY and local.date() not in self.holidays:
                left -= 1
        return local.astimezone(seen_at.tzinfo)
