"""What the company has decided for the time after a release: its own figures, dated, with where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDownTerms:
    """A take-down is due `within` of its recall; `tell` are the roles that hear of an overdue one."""

    within: timedelta
    tell: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AftercareTerms:
    """`decided_on` and `source` say since when and by which document. What nobody decided is due at once."""

    take_down: TakeDownTerms | None = None
    decided_on: date | None = None
    source: str | None = None

    def take_down_due(self, recalled_at: datetime) -> datetime:
        """When it has to be gone."""
        return recalled_at if self.take_down is None else recalled_at + self.take_down.within
