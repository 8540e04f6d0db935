"""What the clock of a review tells: people have little time left, or none."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from shared.contracts.envelope import IntegrationEvent


class ReviewNoticeV1(IntegrationEvent):
    """`percent` of the time to decide is over. The review itself goes on: nothing is approved or ended by a clock."""

    TOPIC: ClassVar[str] = "compliance.case"

    action_id: str
    version: int
    """Counts the notices of this circulation."""
    action_version: int
    """Version of the action that is in review."""
    circulation: int
    """How often a version of this action has entered review, this time included."""
    percent: int
    entered_at: datetime
    due_at: datetime
    notify: tuple[str, ...] = ()
    """`reviewer`, roles of people's accounts, `person:<subject>`, or names of roles from the company file."""

    @property
    def key(self) -> str:
        return self.action_id


class ReviewRemindedV1(ReviewNoticeV1):
    """Whoever may decide next is reminded."""

    TYPE: ClassVar[str] = "compliance.case.review_reminded.v1"


class ReviewEscalatedV1(ReviewNoticeV1):
    """It is overdue: nobody has decided in time."""

    TYPE: ClassVar[str] = "compliance.case.review_escalated.v1"
