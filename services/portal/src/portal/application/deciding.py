"""May this person decide on this case, and if not, why not? The gate has the last word; this only explains."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from portal.application.answers import listed
from portal.application.moments import parsed
from portal.application.words import CASE_STATES

REVIEW_SCOPE = "compliance:review"


def why_not(case: Mapping[str, Any], *, subject: str, scopes: Collection[str], now: datetime) -> tuple[str, ...]:
    """Reasons in words; empty when the person may decide."""
    reasons: list[str] = []
    if REVIEW_SCOPE not in scopes:
        reasons.append(f"Your account may not review: it lacks the scope {REVIEW_SCOPE}. Sign in as a reviewer.")
    if subject == case.get("submitted_by"):
        reasons.append("You submitted this. Somebody who did not work on it has to decide.")
    elif subject in (case.get("edited_by") or ()):
        reasons.append("You edited this. Somebody who did not work on it has to decide.")
    state = str(case.get("state"))
    if state != "in_review":
        reasons.append(f"There is nothing to decide: it is {CASE_STATES.get(state, state)}.")
    elif any(subject in (vote.get("by"), vote.get("on_behalf_of")) for vote in listed(case, "votes")):
        reasons.append("You have already decided on this version. A colleague decides next.")
    ends = parsed(case.get("slot_end"))
    if state == "in_review" and ends is not None and now >= ends:
        reasons.append("Its slot is over. The author has to plan a new one and submit again.")
    return tuple(reasons)
