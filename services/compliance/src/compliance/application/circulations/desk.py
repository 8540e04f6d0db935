"""What the routes of circulations are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from compliance.domain.circulations.clock import ReviewClock
from compliance.domain.circulations.metrics import Approval, By, Ended, ReviewFigures, figures_by

Row = Mapping[str, Any]


class CirculationReads(Protocol):
    """Read models of circulations; JSON columns come as text."""

    async def of_action(self, action_id: str) -> Sequence[Row]: ...
    async def approvals(self, begin: datetime, end: datetime) -> Sequence[Approval]: ...
    async def ended(self, begin: datetime, end: datetime) -> Sequence[Ended]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CirculationDesk:
    """Bound by bootstrap. Days begin and end where the company's reviews have their working hours."""

    queries: CirculationReads
    clock: ReviewClock
    now: Callable[[], datetime]

    async def metrics(self, first: date, last: date, by: By) -> tuple[ReviewFigures, tuple[ReviewFigures, ...]]:
        """The figures of all, and of each group, from the beginning of `first` to the end of `last`."""
        working = self.clock.working_time
        begin, end = working.start_of(first), working.start_of(last + timedelta(days=1))
        approvals, ended = await self.queries.approvals(begin, end), await self.queries.ended(begin, end)
        return figures_by(by, approvals, ended, timezone=working.timezone)
