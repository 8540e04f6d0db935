"""What working together needs from the outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

from compliance.domain.review.absence import Absence
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody of ours as their token last told: printed name, and whether they may review."""

    subject: str
    name: str
    may_review: bool


class Colleagues(Protocol):
    """People of ours whom the gate has met: it knows no accounts but those that came with a token."""

    async def note(self, colleague: Colleague, at: datetime) -> None:
        """Keep what the token tells now."""
        ...

    async def named(self, subjects: Collection[str]) -> Mapping[str, Colleague]:
        """Those of these that it has met."""
        ...


class Absences(Protocol):
    """Absences by id."""

    async def get_for_update(self, absence_id: str) -> Absence | None: ...
    async def of_person_for_update(self, subject: str) -> Sequence[Absence]:
        """All of one person that are registered; no other can be added until the transaction ends."""
        ...

    async def between(self, subject: str, delegate: str, at: datetime) -> Absence | None:
        """The absence that covers this moment, held as it is until the transaction ends."""
        ...

    async def add(self, absence: Absence) -> None: ...
    async def save(self, absence: Absence) -> None: ...


class Teamwork(Protocol):
    """Everything about working together in one transaction. Locked after person, case and permit."""

    @property
    def colleagues(self) -> Colleagues: ...
    @property
    def absences(self) -> Absences: ...


class TeamworkUnitOfWork(Protocol):
    """One transaction: state, events, and one ledger row per state change."""

    @property
    def teamwork(self) -> Teamwork: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    async def commit(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Bound once at start. `absence_at_most` is the longest absence in which somebody stands in."""

    clock: Clock
    new_id: IdFactory
    absence_at_most: timedelta
