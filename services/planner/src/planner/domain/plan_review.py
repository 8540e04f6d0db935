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

    @property
    def objections(self) -> set[tuple[object, ...]]:
        """What asks for a decision: rule, severity, words and place of each finding that is more than a note."""
        found: set[tuple[object, ...]] = set()
        for finding in self.findings:
            if finding.get("severity") != "pass":
                place: Mapping[str, Any] = finding.get("evidence") or {}
                said = tuple(finding.get(name) for name in ("rule_id", "severity", "message"))
                found.add((*said, *(place.get(name) for name in ("field", "start", "end"))))
        return found

    def objects_beyond(self, before: PlanAnswer | None) -> bool:
        """Whether it objects to anything that the answer `before` did not object to."""
        return bool(self.objections - (set() if before is None else before.objections))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanApproval:
    """Who approved the submitted version, and when."""

    version: int
    by: str
    at: datetime
