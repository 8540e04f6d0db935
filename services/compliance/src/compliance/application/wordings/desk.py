"""What the routes of the fast lane are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import UnitOfWork

Row = Mapping[str, Any]


class WordingReads(Protocol):
    """Read models; JSON columns come as text."""

    async def wordings(self, *, state: str | None, after: str | None, limit: int) -> Sequence[Row]: ...
    async def wording(self, wording_id: str) -> Row | None: ...
    async def editions(self, wording_id: str) -> Sequence[Row]: ...
    async def releases(self, wording_id: str, *, after: str | None, limit: int) -> Sequence[Row]: ...
    async def waiting_samples(self, *, after: tuple[str, str] | None, limit: int) -> Sequence[Row]: ...
    async def samples(self, *, state: str, after: str | None, limit: int) -> Sequence[Row]: ...
    async def sample(self, permit_id: str) -> Row | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingDesk:
    """Bound by bootstrap."""

    gate: Gate
    unit_of_work: Callable[[], UnitOfWork]
    queries: WordingReads
