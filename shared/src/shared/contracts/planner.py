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
    evidence_url: str | None = None
    """Where it was done, as its executor says."""
    completed_at: datetime

    @property
    def key(self) -> str:
        return self.action_id


class PlanEvent(IntegrationEvent):
    """Something that became of an engagement plan."""

    TOPIC: ClassVar[str] = "planner.plan"

    plan_id: str
    version: int

    @property
    def key(self) -> str:
        return self.plan_id


class PlanSubmittedV1(PlanEvent):
    """A plan frozen for the gate. `plan` follows the PlanSnapshot schema, `version` is what the answer names.

    `submitted_by` and `edited_by` are token subjects.
    """

    TYPE: ClassVar[str] = "planner.plan.submitted.v1"

    plan: dict[str, Any]
    plan_sha256: str
    submitted_by: str
    submitted_by_name: str
    edited_by: tuple[str, ...]
    submitted_at: datetime


class PlanApprovedV1(PlanEvent):
    """A second person approved exactly what was submitted as `submitted_version` and screened by `rule_set`."""

    TYPE: ClassVar[str] = "planner.plan.approved.v1"

    submitted_version: int
    plan_sha256: str
    rule_set: str
    approved_by: str
    approved_at: datetime


class PlanChangedV1(PlanEvent):
    """The plan is a draft again: whatever was screened or approved before is void."""

    TYPE: ClassVar[str] = "planner.plan.changed.v1"

    changed_by: str


class PlanClosedV1(PlanEvent):
    """Nothing more is planned within it."""

    TYPE: ClassVar[str] = "planner.plan.closed.v1"

    closed_by: str
    reason: str
