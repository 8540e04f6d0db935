"""Parts of actions and plans as JSON documents, and back."""

from __future__ import annotations

from pydantic import TypeAdapter

from planner.domain.draft import Draft
from planner.domain.plan_review import PlanAnswer, PlanApproval, PlanSubmission, Tiering
from planner.domain.tracking import CaseSeen, Outcome, PermitSeen, Submission

DRAFT = TypeAdapter(Draft)
SUBMISSION = TypeAdapter(Submission | None)
TIERING = TypeAdapter(Tiering | None)
PLAN_SUBMISSION = TypeAdapter(PlanSubmission | None)
PLAN_ANSWER = TypeAdapter(PlanAnswer | None)
PLAN_APPROVAL = TypeAdapter(PlanApproval | None)
CASE = TypeAdapter(CaseSeen | None)
PERMIT = TypeAdapter(PermitSeen | None)
OUTCOME = TypeAdapter(Outcome | None)
