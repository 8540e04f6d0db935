"""What the routes of working together are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from compliance.application.teamwork.meeting import Meeting
from compliance.application.teamwork.ports import Means, TeamworkUnitOfWork

Row = Mapping[str, Any]


class TeamworkReads(Protocol):
    """Read models; JSON columns come as text."""

    async def colleagues(self, *, after: str | None, limit: int) -> Sequence[Row]: ...
    async def absence(self, absence_id: str) -> Row | None: ...
    async def absences(
        self, *, subject: str | None, delegate: str | None, running_at: datetime | None, after: str | None, limit: int
    ) -> Sequence[Row]: ...
    async def assignments(self, action_id: str, now: datetime) -> Sequence[Row]: ...
    async def comments(self, action_id: str, *, after: str | None, limit: int) -> Sequence[Row]: ...
    async def comment(self, comment_id: str) -> Row | None: ...
    async def mentions(self, subject: str, *, unread: bool, after: str | None, limit: int) -> Sequence[Row]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamworkDesk:
    """Bound by bootstrap."""

    means: Means
    unit_of_work: Callable[[], TeamworkUnitOfWork]
    queries: TeamworkReads
    meeting: Meeting
