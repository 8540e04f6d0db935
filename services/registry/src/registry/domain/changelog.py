"""The digest of one day of the changelog, so that others can hold us to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.kernel.events import Aggregate, DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangelogDigested(DomainEvent):
    """A day is over: so many changes, and the SHA-256 over their hashes."""

    day: date
    changes: int
    sha256: str


class DailyDigest(Aggregate):
    """Made once per day and never again."""

    def __init__(self, day: date, *, changes: int, sha256: str) -> None:
        super().__init__(version=1)
        self.record(ChangelogDigested(day=day, changes=changes, sha256=sha256))
