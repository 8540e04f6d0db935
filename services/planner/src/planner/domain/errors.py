"""Refusals of the planner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.kernel.errors import DomainError, Forbidden, InvalidTransition, InvalidValue, NotFound, Unavailable


class Lack(InvalidValue):
    """One thing a submission misses, and how to supply it."""

    code = "missing_for_submission"


class NotReady(DomainError):
    """The action cannot be frozen yet; `parts` names everything that is missing."""

    code = "not_ready_for_submission"

    def __init__(self, lacks: Sequence[Lack]) -> None:
        super().__init__(
            "not ready for submission: " + "; ".join(f"{lack.field}: {lack.message}" for lack in lacks),
            remedy="; ".join(f"{lack.field}: {lack.remedy}" for lack in lacks),
            parts=tuple(lacks),
        )


class NotEditable(InvalidTransition):
    """A frozen action does not change while the gate has it."""

    code = "not_editable"


class PermitUnknown(Unavailable):
    """The release, or its redemption, has not reached the planner yet."""

    code = "permit_not_known_yet"


class NoSuchPermit(NotFound):
    """No permit of that id was issued for the action, and none can come any more."""

    code = "no_such_permit"


class WrongExecutor(Forbidden):
    """Only the audience of the permit reports its outcome."""

    code = "wrong_executor"


class OutcomeConflict(DomainError):
    """Another outcome was recorded for this permit."""

    code = "outcome_already_recorded"


class PlanSelfApproval(Forbidden):
    """Nobody approves a plan they wrote or edited."""

    code = "self_approval"


class PersonRequired(Forbidden):
    """A program neither confirms a ranking of people nor approves a plan."""

    code = "person_required"


class NotScreenedYet(InvalidTransition):
    """The screen has not answered about this version."""

    code = "not_screened_yet"


class PlanObjection(InvalidTransition):
    """One finding that blocks a plan."""

    code = "plan_blocked"


class PlanBlocked(InvalidTransition):
    """The screen blocks the plan; `parts` names each finding that does, with rule, place and remedy."""

    code = "plan_blocked"

    def __init__(self, findings: Sequence[Mapping[str, Any]]) -> None:
        blocking = [each for each in findings if each["severity"] == "block"]
        ids = ", ".join(sorted({str(each["rule_id"]) for each in blocking}))
        parts = tuple(
            PlanObjection(f"{each['rule_id']}: {each['message']}", field=_place(each), remedy=each.get("remedy"))
            for each in blocking
        )
        super().__init__(
            f"the screen blocks this plan: {ids}", remedy="change what is marked, then submit it again", parts=parts
        )


def _place(finding: Mapping[str, Any]) -> str:
    evidence: Mapping[str, Any] = finding.get("evidence") or {}
    return str(evidence.get("field") or "plan")
