"""What working together needs from the outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from compliance.domain.case import Case
from compliance.domain.facts import KnownStakeholder
from compliance.domain.review.absence import Absence
from compliance.domain.review.assignment import Assignment
from compliance.domain.review.comment import Comment
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory
from shared.kernel.transaction import Transaction


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


class Assignments(Protocol):
    """Assignments by id."""

    async def get(self, assignment_id: str) -> Assignment | None: ...
    async def get_for_update(self, assignment_id: str) -> Assignment | None: ...
    async def of_case(self, action_id: str) -> Sequence[Assignment]:
        """Those of one case that have not ended; the caller holds the case."""
        ...

    async def add(self, assignment: Assignment) -> None: ...
    async def save(self, assignment: Assignment) -> None: ...


class Comments(Protocol):
    """Discussions by id."""

    async def get_for_update(self, comment_id: str) -> Comment | None: ...
    async def about_for_update(self, stakeholder_id: str) -> Sequence[Comment]:
        """All about actions for this person, in order of their ids."""
        ...

    async def add(self, comment: Comment) -> None: ...
    async def save(self, comment: Comment) -> None: ...


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody was named in entry `number` of a discussion."""

    mention_id: str
    subject: str
    comment_id: str
    number: int
    action_id: str
    at: datetime


class Mentions(Protocol):
    """Who was named where, and whether they have seen it. No state of the gate: the discussion holds what was said."""

    async def add(self, mention: Mention) -> None: ...
    async def read(self, subject: str, mention_id: str, at: datetime) -> bool:
        """Note that this person has seen it; False where they were not named there."""
        ...


class Cases(Protocol):
    """Cases by action id."""

    async def get(self, action_id: str) -> Case | None: ...
    async def get_for_update(self, action_id: str) -> Case | None: ...


class Persons(Protocol):
    """The gate's copy of the registry."""

    async def lock(self, stakeholder_id: str) -> None: ...
    async def get(self, stakeholder_id: str) -> KnownStakeholder | None: ...


class Teamwork(Protocol):
    """Everything about working together in one transaction. Locked after person, case and permit."""

    @property
    def colleagues(self) -> Colleagues: ...
    @property
    def absences(self) -> Absences: ...
    @property
    def assignments(self) -> Assignments: ...
    @property
    def comments(self) -> Comments: ...
    @property
    def mentions(self) -> Mentions: ...


class TeamworkUnitOfWork(Transaction, Protocol):
    """One transaction: state, events, and one ledger row per state change."""

    @property
    def teamwork(self) -> Teamwork: ...
    @property
    def cases(self) -> Cases: ...
    @property
    def people(self) -> Persons: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Bound once at start. `absence_at_most` is the longest absence in which somebody stands in."""

    clock: Clock
    new_id: IdFactory
    absence_at_most: timedelta
