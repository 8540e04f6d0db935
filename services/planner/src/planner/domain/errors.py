"""Refusals of the planner."""

from __future__ import annotations

from collections.abc import Sequence

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
        )
        self.parts = tuple(lacks)


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
