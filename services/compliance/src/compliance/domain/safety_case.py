"""Safety cases: text that may report an adverse event, on its way to drug safety."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from compliance.domain.events import Occasion, StateChange
from shared.kernel.events import Aggregate

SafetyState = Literal["open", "overdue", "handed_over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyReport:
    """What was seen where. `criteria` has reporter, patient, product, reaction: true = known, None = unknown."""

    safety_case_id: str
    source: Literal["action", "post"]
    source_id: str
    stakeholder_id: str | None
    quote: str
    quote_sha256: str
    criteria: Mapping[str, bool | None]
    first_seen_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyCaseChanged(StateChange):
    AGGREGATE: ClassVar[str] = "safety_case"

    report: SafetyReport

    def evidence(self) -> Mapping[str, Any]:
        return {
            "source": self.report.source,
            "source_id": self.report.source_id,
            "quote_sha256": self.report.quote_sha256,
            "due_at": self.report.due_at.isoformat(),
        }


class SafetyCaseOpened(SafetyCaseChanged):
    """Drug safety has to see this."""


class SafetyCaseOverdue(SafetyCaseChanged):
    """Nobody handed it over in time."""


class SafetyCaseHandedOver(SafetyCaseChanged):
    """Drug safety has it."""


class SafetyCase(Aggregate):
    """Open until somebody confirms that drug safety has it."""

    def __init__(self, report: SafetyReport, *, state: SafetyState = "open", version: int = 0) -> None:
        super().__init__(version=version)
        self.stored_version = version
        self.report = report
        self.state: SafetyState = state
        self.handed_over_by: str | None = None
        self.handed_over_at: datetime | None = None

    @classmethod
    def open(cls, report: SafetyReport, occasion: Occasion) -> SafetyCase:
        """A new safety case."""
        case = cls(report)
        case._emit(SafetyCaseOpened, None, occasion)
        return case

    def note_overdue(self, occasion: Occasion) -> None:
        """The time limit has passed; said once."""
        if self.state == "open" and occasion.at >= self.report.due_at:
            self._move("overdue", SafetyCaseOverdue, occasion)

    def hand_over(self, occasion: Occasion) -> None:
        """Drug safety has it. Saying so twice is harmless."""
        if self.state == "handed_over":
            return
        self.handed_over_by, self.handed_over_at = occasion.by, occasion.at
        self._move("handed_over", SafetyCaseHandedOver, occasion)

    def _move(self, state: SafetyState, event: type[SafetyCaseChanged], occasion: Occasion) -> None:
        old, self.state = self.state, state
        self._emit(event, old, occasion)

    def _emit(self, event: type[SafetyCaseChanged], old: SafetyState | None, occasion: Occasion) -> None:
        self.version += 1
        self.record(
            event(
                aggregate_id=self.report.safety_case_id,
                version=self.version,
                old_state=old,
                new_state=self.state,
                occasion=occasion,
                report=self.report,
            )
        )
