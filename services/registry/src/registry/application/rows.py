"""One row of an import, and the account of what became of all of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from registry.domain.stakeholder import Profile
from registry.domain.vocabulary import Function, Stage
from shared.kernel.errors import DomainError, InvalidValue

_LISTED = 1_000


class UnreadableFile(InvalidValue):
    """The file as a whole cannot be read; nothing of it was imported."""

    code = "unreadable_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedRow:
    """What one line states. None in the profile is not stated, so it never erases what is known."""

    line: int
    profile: Profile
    owner_function: Function | None = None
    owner_reason: str | None = None
    stage: Stage | None = None
    opted_out: bool = False

    def states_the_same_as(self, other: StatedRow) -> bool:
        mine = (self.profile, self.owner_function, self.owner_reason, self.stage, self.opted_out)
        return mine == (other.profile, other.owner_function, other.owner_reason, other.stage, other.opted_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """One thing that was not imported. `line` counts physical lines from 1."""

    line: int
    column: str | None
    value: str | None
    message: str
    remedy: str | None


@dataclass(frozen=True, slots=True)
class Repair:
    """Something that was read although it was not as it should be."""

    line: int
    what: str


@dataclass(slots=True)
class CsvReport:
    """Counts are complete; the lists keep the first 1,000 entries."""

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected_count: int = 0
    rejected: list[RejectedRow] = field(default_factory=list[RejectedRow])
    repaired_count: int = 0
    repaired: list[Repair] = field(default_factory=list[Repair])

    def reject(
        self,
        line: int,
        message: str,
        *,
        column: str | None = None,
        value: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.rejected_count += 1
        if len(self.rejected) < _LISTED:
            shown = value if value is None or len(value) <= 80 else value[:79] + "…"  # noqa: PLR2004 - for display
            self.rejected.append(RejectedRow(line=line, column=column, value=shown, message=message, remedy=remedy))

    def refuse(self, line: int, error: DomainError, *, value: str | None = None) -> None:
        """Reject a line for what a rule said."""
        self.reject(line, error.message, column=error.field, value=value, remedy=error.remedy)

    def repair(self, line: int, what: str) -> None:
        self.repaired_count += 1
        if len(self.repaired) < _LISTED:
            self.repaired.append(Repair(line, what))
