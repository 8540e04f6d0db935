"""What the use cases of circulations need from the outside."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from compliance.domain.circulations.rounds import ReviewRound


class Rounds(Protocol):
    """Circulations by action. What is read is locked until the transaction ends, after the case."""

    async def latest_of(self, action_id: str) -> ReviewRound | None:
        """The newest circulation of an action, ended or not."""
        ...

    async def get_for_update(self, round_id: str) -> ReviewRound | None: ...
    async def add(self, begun: ReviewRound) -> None: ...
    async def save(self, changed: ReviewRound) -> None: ...


class RoundsUnitOfWork(Protocol):
    """One transaction: state, events, and one ledger row per state change."""

    @property
    def circulations(self) -> Rounds: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    async def commit(self) -> None: ...
