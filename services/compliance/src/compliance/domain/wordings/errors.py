"""Refusals about pre-approved wordings."""

from __future__ import annotations

from compliance.domain.findings import Finding
from shared.kernel.errors import Forbidden, InvalidTransition, InvalidValue


class FastLaneClosed(InvalidTransition):
    """The company file opens no fast lane."""

    code = "fast_lane_closed"


class WordingRefused(InvalidValue):
    """Words that cannot be approved in advance; `parts` holds one refusal per place."""

    code = "wording_refused"


class WordingBlocked(InvalidTransition):
    """The screen blocks what this wording can become."""

    code = "wording_blocked"

    def __init__(self, rendering: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(
            f"the screen blocks what this wording can become: {rendering!r}",
            remedy="change the wording as the findings say, then propose it again",
            parts=tuple(InvalidValue(f"{each.rule_id}: {each.message}", remedy=each.remedy) for each in findings),
        )


class NotASignatory(Forbidden):
    """The company file names other roles for signing wordings."""

    code = "not_a_signatory"
