"""What the clock of a review told people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from compliance.domain.events import StateChange


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewNoted(StateChange):
    """`percent` of the time of circulation `number` is over, and those in `notify` are told.

    `version` counts what was told in this circulation; `notify` are capacities of the review's steps or names of roles.
    """

    AGGREGATE: ClassVar[str] = "review_round"

    action_id: str
    number: int
    action_version: int
    stakeholder_id: str
    percent: int
    entered_at: datetime
    due_at: datetime
    notify: tuple[str, ...]

    def evidence(self) -> Mapping[str, Any]:
        return {
            "action_id": self.action_id,
            "number": self.number,
            "action_version": self.action_version,
            "percent": self.percent,
            "entered_at": self.entered_at.isoformat(),
            "due_at": self.due_at.isoformat(),
            "notify": list(self.notify),
        }

    @property
    def about(self) -> str | None:
        return self.stakeholder_id


class ReviewReminded(ReviewNoted):
    """Some of the time is over."""


class ReviewEscalated(ReviewNoted):
    """All of the time is over and nobody has decided."""
