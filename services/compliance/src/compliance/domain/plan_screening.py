"""What the screen said about one version of an engagement plan. Never edited: a new version is screened anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from compliance.domain.events import Occasion, StateChange
from compliance.domain.findings import Screening
from shared.kernel.events import Aggregate


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedPlan:
    """A PlanSnapshot (JSON values) as the planner froze it; `version` is the plan's own."""

    plan_id: str
    version: int
    plan: Mapping[str, Any]
    plan_sha256: str
    submitted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanScreened(StateChange):
    """The answer of the rules in use; `new_state` is the verdict."""

    AGGREGATE: ClassVar[str] = "plan"

    plan_sha256: str
    answer: Screening

    def evidence(self) -> Mapping[str, Any]:
        return {
            "plan_sha256": self.plan_sha256,
            "rule_set": self.answer.rule_set,
            "rules": sorted({finding.rule_id for finding in self.answer.findings}),
        }


class PlanScreening(Aggregate):
    """One answer about one version of one plan."""

    def __init__(self, submitted: SubmittedPlan, answer: Screening, screened_at: datetime) -> None:
        super().__init__(version=submitted.version)
        self.submitted = submitted
        self.answer = answer
        self.screened_at = screened_at

    @classmethod
    def conclude(cls, submitted: SubmittedPlan, answer: Screening, occasion: Occasion) -> PlanScreening:
        """The answer, to be kept and told."""
        screening = cls(submitted, answer, occasion.at)
        screening.record(
            PlanScreened(
                aggregate_id=submitted.plan_id,
                version=submitted.version,
                old_state=None,
                new_state=answer.verdict,
                occasion=occasion,
                plan_sha256=submitted.plan_sha256,
                answer=answer,
            )
        )
        return screening
