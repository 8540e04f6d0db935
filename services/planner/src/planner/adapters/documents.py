"""Parts of an action as JSON documents, and back."""

from __future__ import annotations

from pydantic import TypeAdapter

from planner.domain.draft import Draft
from planner.domain.tracking import CaseSeen, Outcome, PermitSeen, Submission

DRAFT = TypeAdapter(Draft)
SUBMISSION = TypeAdapter(Submission | None)
CASE = TypeAdapter(CaseSeen | None)
PERMIT = TypeAdapter(PermitSeen | None)
OUTCOME = TypeAdapter(Outcome | None)
