"""What the use cases of circulations need from the outside."""

from __future__ import annotations

from typing import Protocol

from compliance.domain.circulations.rounds import ReviewRound
from shared.kernel.transaction import Transaction


class Rounds(Protocol):
    """Circulations by action. What is read is locked until the transaction ends, after the case."""

    async def latest_of(self, action_id: str) -> ReviewRound | None:
        """The newest circulation of an action, ended or not."""
        ...

    async def get_for_update(self, round_id: str) -> ReviewRound | None: ...
    async def add(self, begun: ReviewRound) -> None: ...
    async def save(self, changed: ReviewRound) -> None: ...


class RoundsUnitOfWork(Transaction, Protocol):
    """One transaction: state, events, and one ledger row per state change."""

    @property
    def circulations(self) -> Rounds: ...
