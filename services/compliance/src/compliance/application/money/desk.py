"""What the routes of money are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from compliance.application.money.ports import Means, MoneyUnitOfWork


class MoneyReads(Protocol):
    """Read models; JSON columns come as text."""

    async def listed(
        self, name: str, *, after: str | None, limit: int, **wanted: str | int | None
    ) -> Sequence[Mapping[str, Any]]: ...
    async def one(self, name: str, record_id: str) -> Mapping[str, Any] | None: ...
    async def versions(self, transfer_id: str) -> Sequence[Mapping[str, Any]]: ...
    async def file(self, run_id: str) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyDesk:
    """Bound by bootstrap."""

    means: Means
    unit_of_work: Callable[[], MoneyUnitOfWork]
    queries: MoneyReads
