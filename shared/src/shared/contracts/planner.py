"""Events of the engagement planner."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal

from shared.contracts.envelope import IntegrationEvent


class ActionSubmissionV1(IntegrationEvent):
    """An action frozen for the gate: the snapshot as submitted, and who wrote it.

    `snapshot` follows the ActionSnapshot schema. `submitted_by` and `edited_by` are token subjects.
    """

    TOPIC: ClassVar[str] = "planner.action"

    action_id: str
    version: int
    plan_id: str
    stakeholder_id: str
    snapshot: dict[str, Any]
    snapshot_sha256: str
    submitted_by: str
    submitted_by_name: str
    edited_by: tuple[str, ...]
    submitted_at: datetime

    @property
    def key(self) -> str:
        return self.action_id


class ActionSubmittedV1(ActionSubmissionV1):
    """Submitted for the first time."""

    TYPE: ClassVar[str] = "planner.action.submitted.v1"


class ActionRevisedV1(ActionSubmissionV1):
    """Submitted again after a change: whatever was approved before is void."""

    TYPE: ClassVar[str] = "planner.action.revised.v1"


class ActionWithdrawnV1(IntegrationEvent):
    """The author took the action back."""

    TYPE: ClassVar[str] = "planner.action.withdrawn.v1"
    TOPIC: ClassVar[str] = "planner.action"

    action_id: str
    version: int
    withdrawn_by: str
    reason: str

    @property
    def key(self) -> str:
        return self.action_id


class ActionCompletedV1(IntegrationEvent):
    """The executor reported what happened."""

    TYPE: ClassVar[str] = "planner.action.completed.v1"
    TOPIC: ClassVar[str] = "planner.action"

    action_id: str
    version: int
    stakeholder_id: str
    action_type: str
    outcome: Literal["done", "not_done"]
    detail: str | None = None
    permit_id: str | None = None
    completed_at: datetime

    @property
    def key(self) -> str:
        return self.action_id
