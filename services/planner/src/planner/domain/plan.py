"""The engagement plan: six to twelve months of value for one therapy area, screened and approved by a second person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from planner.domain.errors import Lack, NotEditable, NotReady, NotScreenedYet, PlanBlocked, PlanSelfApproval
from planner.domain.events import PlanApproved, PlanChanged, PlanClosed, PlanOpened, PlanSubmitted
from planner.domain.plan_review import PlanAnswer, PlanApproval, PlanSubmission, Tiering
from shared.kernel.errors import InvalidTransition, InvalidValue
from shared.kernel.events import Aggregate

SHORTEST_DAYS = 180
LONGEST_DAYS = 366
PlanState = Literal["draft", "submitted", "blocked", "in_review", "approved", "closed"]
SCREENED_AGAIN: tuple[PlanState, ...] = ("submitted", "in_review", "approved")
"""What somebody may rely on, or soon will: other rules have to see it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """What a plan says. Dates are inclusive calendar days; None: not said."""

    title: str
    therapy_area: str
    objective: str
    starts_on: date
    ends_on: date
    purpose: str | None = None
    kpis: tuple[str, ...] | None = None
    tiering: Tiering | None = None


class EngagementPlan(Aggregate):
    """`draft → submitted → blocked | in_review → approved → closed`; a change makes it a draft again.

    Other rules screen it again: what was approved stays so, or is blocked or in review once more.
    """

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the aggregate's id
        draft: PlanDraft,
        created_by: str,
        state: PlanState = "draft",
        editors: Sequence[str] = (),
        submission: PlanSubmission | None = None,
        answer: PlanAnswer | None = None,
        approval: PlanApproval | None = None,
        version: int = 0,
    ) -> None:
        super().__init__(version=version)
        self.id = id
        self.draft = draft
        self.created_by = created_by
        self.state: PlanState = state
        self.editors = tuple(editors)
        self.submission = submission
        self.answer = answer
        self.approval = approval

    @classmethod
    def open(cls, *, plan_id: str, draft: PlanDraft, by: str) -> EngagementPlan:
        """A new plan. Raises InvalidValue when it ends before it starts."""
        _ensure_in_order(draft)
        plan = cls(id=plan_id, draft=draft, created_by=by, editors=(by,))
        plan.record(PlanOpened(plan_id=plan_id, title=draft.title, starts_on=draft.starts_on, ends_on=draft.ends_on))
        return plan

    def edit(self, draft: PlanDraft, *, by: str) -> None:
        """Say something else: what was screened or approved before is void, and `by` may not approve it.

        Raises NotEditable once it is closed, InvalidValue when it ends before it starts.
        """
        if self.state == "closed":
            raise NotEditable("a closed plan is not changed", field="state", remedy="open another plan")
        _ensure_in_order(draft)
        self.draft = draft
        if by not in self.editors:
            self.editors = (*self.editors, by)
        if self.state != "draft":
            self.state, self.submission, self.answer, self.approval = "draft", None, None, None
            self.record(PlanChanged(plan_id=self.id, version=self.version + 1, changed_by=by))

    def must_be_submittable(self) -> None:
        """Raises InvalidTransition unless it is a draft, or was blocked; NotReady with what is missing."""
        if self.state not in ("draft", "blocked"):
            raise InvalidTransition(
                f"a plan that is {self.state} is not submitted", field="state", remedy="change it first"
            )
        if not self.draft.objective.strip():
            raise NotReady([Lack("the objective is missing", field="objective", remedy="say what it is to achieve")])

    def submit(self, submission: PlanSubmission) -> None:
        """Hand the frozen plan to the screen."""
        self.must_be_submittable()
        self.submission, self.answer, self.approval = submission, None, None
        self.state = "submitted"
        self.record(PlanSubmitted(plan_id=self.id, submission=submission))

    def screen_again(self, now: datetime) -> None:
        """Hand it to the screen once more, unchanged, because the rules are others; an approval stands until then.

        Raises InvalidTransition unless it is submitted, in review or approved.
        """
        if self.state not in SCREENED_AGAIN or self.submission is None:
            raise InvalidTransition(f"a plan that is {self.state} is not screened again", field="state")
        self.submission = replace(self.submission, version=self.version + 1, submitted_at=now)
        self.record(PlanSubmitted(plan_id=self.id, submission=self.submission))

    def note_answer(self, answer: PlanAnswer) -> bool:
        """Follow the screen. False for an answer about another version or text, and for one that is known.

        What the screen finds now and did not find when the plan was approved voids the approval.
        """
        submitted, known = self.submission, self.answer
        if self.state not in SCREENED_AGAIN or submitted is None:
            return False
        if (answer.version, answer.plan_sha256) != (submitted.version, submitted.plan_sha256):
            return False
        if known is not None and answer.version <= known.version:
            return False
        self.answer = answer
        if self.state != "approved" or answer.verdict == "block" or answer.objects_beyond(known):
            self.state, self.approval = ("blocked" if answer.verdict == "block" else "in_review"), None
        return True

    def approve(self, *, by: str, now: datetime) -> None:
        """Approve exactly what was screened.

        Raises PlanSelfApproval for whoever wrote or edited it, NotScreenedYet before the answer, PlanBlocked with the
        findings, and InvalidTransition in any other state.
        """
        submission, answer = self.submission, self.answer
        if submission is None or self.state not in ("submitted", "blocked", "in_review"):
            raise InvalidTransition(
                f"a plan that is {self.state} cannot be approved", field="state", remedy="submit it first"
            )
        if by in {*self.editors, self.created_by, submission.submitted_by}:
            raise PlanSelfApproval("nobody approves a plan they wrote or edited", remedy="let a second person approve")
        if answer is None or answer.version != submission.version:
            raise NotScreenedYet("the plan is not screened yet", field="state", remedy="wait for the screen's answer")
        if answer.verdict == "block":
            raise PlanBlocked(answer.findings)
        self.approval = PlanApproval(version=submission.version, by=by, at=now)
        self.state = "approved"
        self.record(
            PlanApproved(
                plan_id=self.id,
                version=self.version + 1,
                submitted_version=submission.version,
                plan_sha256=submission.plan_sha256,
                rule_set=answer.rule_set,
                approved_by=by,
                approved_at=now,
            )
        )

    def close(self, *, by: str, reason: str) -> None:
        """Nothing more is planned within it. Raises InvalidTransition once closed, InvalidValue without reason."""
        self.must_be_open()
        if not reason.strip():
            raise InvalidValue("the reason is missing", field="reason", remedy="say why it is closed")
        self.state = "closed"
        self.record(PlanClosed(plan_id=self.id, version=self.version + 1, closed_by=by, reason=reason))

    def must_be_open(self) -> None:
        """Raises InvalidTransition once it is closed."""
        if self.state == "closed":
            raise InvalidTransition("the plan is closed", field="state", remedy="open another plan")


def period_warnings(starts_on: date, ends_on: date) -> list[str]:
    """What is unusual about a plan's length, in words."""
    days = (ends_on - starts_on).days
    if days < SHORTEST_DAYS:
        return [f"the plan covers {days} days; relationships are usually planned for six to twelve months"]
    if days > LONGEST_DAYS:
        return [f"the plan covers {days} days; plan at most twelve months and renew"]
    return []


def _ensure_in_order(draft: PlanDraft) -> None:
    if draft.ends_on <= draft.starts_on:
        raise InvalidValue(
            "ends_on must be after starts_on", field="ends_on", remedy="choose an end six to twelve months ahead"
        )
