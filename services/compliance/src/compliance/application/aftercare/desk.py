"""What the routes of aftercare are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from compliance.application.aftercare.recall import Recall, Recalled
from compliance.application.aftercare.take_downs import Order, Step
from compliance.application.aftercare.watches import Step as WatchStep
from compliance.domain.aftercare.take_down import Proof, TakeDown
from compliance.domain.aftercare.watch import Watch
from shared.kernel.clock import Clock

Row = Mapping[str, Any]


class AftercareReads(Protocol):
    """Read models; JSON columns come as text."""

    async def take_downs(
        self, *, state: str | None, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Row]: ...
    async def take_down(self, action_id: str) -> Row | None: ...
    async def watches(
        self, *, state: str, before: datetime | None, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Row]: ...
    async def watch(self, action_id: str) -> Row | None: ...


class ReportTakeDown(Protocol):
    """An executor says that it took something down."""

    async def __call__(self, action_id: str, proof: Proof, *, client_id: str) -> TakeDown: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AftercareDesk:
    """Bound over one database. `revocations` gives the signed list of one executor."""

    clock: Clock
    queries: AftercareReads
    recall: Callable[[str, Recall], Awaitable[Recalled]]
    revocations: Callable[[str], Awaitable[str]]
    change_take_down: Callable[[str, Step, Order], Awaitable[TakeDown]]
    report_take_down: ReportTakeDown
    change_watch: Callable[[str, WatchStep, Order], Awaitable[Watch]]
