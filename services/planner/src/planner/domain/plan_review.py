"""What the planner knows about the judging of one version of a plan: its submission, the screen's answer, approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiering:
    """By what people are chosen or ranked; no criteria: not at all. `confirmed_by` is the person who confirmed it."""

    criteria: tuple[str, ...]
    confirmed_by: str | None = None

    @classmethod
    def stated(cls, criteria: Sequence[str], *, confirmed: bool, by: str, before: Tiering | None) -> Tiering:
        """What `by` says now; an earlier confirmation holds only for the criteria it was given to."""
        if confirmed:
            return cls(criteria=tuple(criteria), confirmed_by=by)
        kept = before.confirmed_by if before is not None and before.criteria == tuple(criteria) else None
        return cls(criteria=tuple(criteria), confirmed_by=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSubmission:
    """The frozen PlanSnapshot. `version` is the plan's version that it created and that the screen answers about."""

    version: int
    plan: Mapping[str, Any]
    plan_sha256: str
    submitted_by: str
    submitted_by_name: str
    edited_by: tuple[str, ...]
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAnswer:
    """The screen's answer about the submitted `version`."""

    version: int
    plan_sha256: str
    verdict: str
    findings: tuple[Mapping[str, Any], ...]
    rule_set: str
    screened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanApproval:
    """Who approved the submitted version, and when."""

    version: int
    by: str
    at: datetime
