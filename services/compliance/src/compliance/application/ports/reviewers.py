"""What the gate keeps of people who may not approve any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from compliance.domain.review.revocation import ReviewerRevocation, Withdrawn


class Revocations(Protocol):
    """Revocations, one per person."""

    async def of_person_for_update(self, subject: str) -> ReviewerRevocation | None: ...
    async def in_force(self, subjects: Collection[str]) -> Mapping[str, Withdrawn]:
        """What those of them who are revoked may not do, by subject."""
        ...

    async def add(self, record: ReviewerRevocation) -> None:
        """Raises ConcurrentChange where somebody else was faster."""
        ...

    async def save(self, record: ReviewerRevocation) -> None: ...
