from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.application.deciding import REVIEW_SCOPE, why_not

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
CASE: dict[str, Any] = {
    "state": "in_review",
    "submitted_by": "amira.medical",
    "edited_by": ["jonas.comms"],
    "votes": [],
    "slot_end": "2026-11-23T10:00:00Z",
}


def reasons(
    subject: str = "rosa.reviewer", scopes: tuple[str, ...] = (REVIEW_SCOPE,), **changes: Any
) -> tuple[str, ...]:
    return why_not({**CASE, **changes}, subject=subject, scopes=scopes, now=NOW)


def test_a_reviewer_who_did_not_write_it_may_decide():
    assert reasons() == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"subject": "amira.medical"}, "You submitted this"),
        ({"subject": "jonas.comms"}, "You edited this"),
        ({"scopes": ()}, "lacks the scope compliance:review"),
        ({"state": "blocked"}, "it is blocked by a rule"),
        ({"votes": [{"by": "rosa.reviewer"}]}, "You have already decided"),
        ({"slot_end": "2026-11-22T07:00:00Z"}, "Its slot is over"),
    ],
)
def test_whoever_may_not_decide_is_told_why(given: dict[str, Any], said: str):
    (reason,) = reasons(**given)
    assert said in reason
