"""What happened to plans and actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from planner.domain.plan_review import PlanSubmission
from shared.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOpened(DomainEvent):
    plan_id: str
    title: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSubmitted(DomainEvent):
    plan_id: str
    submission: PlanSubmission


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanApproved(DomainEvent):
    plan_id: str
    version: int
    submitted_version: int
    plan_sha256: str
    rule_set: str
    approved_by: str
    approved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChanged(DomainEvent):
    """It was submitted or approved and is a draft again."""

    plan_id: str
    version: int
    changed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanClosed(DomainEvent):
    plan_id: str
    version: int
    closed_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDrafted(DomainEvent):
    action_id: str
    plan_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionEdited(DomainEvent):
    action_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSubmitted(DomainEvent):
    """Frozen for the gate. `revision` is true from the second submission on."""

    action_id: str
    version: int
    plan_id: str
    stakeholder_id: str
    revision: bool
    snapshot: Mapping[str, Any]
    snapshot_sha256: str
    submitted_by: str
    submitted_by_name: str
    edited_by: tuple[str, ...]
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionWithdrawn(DomainEvent):
    action_id: str
    version: int
    withdrawn_by: str
    reason: str
    was_submitted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCompleted(DomainEvent):
    action_id: str
    version: int
    stakeholder_id: str
    action_type: str
    outcome: str
    detail: str | None
    permit_id: str
    completed_at: datetime
    evidence_url: str | None = None
