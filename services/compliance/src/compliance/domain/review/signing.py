"""Electronic signatures: who signs has just proved who they are, and each proof serves one signature.

21 CFR 11.200(a)(1): both components at the first signing of a session, one that only the person can use at each further
one. Which components are asked for is the identity provider's business; that they were, and when, is told by its token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from compliance.domain.review.votes import Vote, Voter
from shared.kernel.errors import ReauthenticationRequired

_REMEDY = "sign in again (the identity provider asks for your password), then sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A vote with the proof of identity it was given on, kept for good; 21 CFR 11.50 and 11.70.

    `case_version` is the version of the case that the signatory read.
    """

    action_id: str
    case_version: int
    authenticated_at: datetime
    vote: Vote


def proof_for(voter: Voter, at: datetime, within: timedelta) -> datetime:
    """When `voter` proved who they are. Raises ReauthenticationRequired unless that is known and `within` of `at`."""
    proved = voter.authenticated_at
    if proved is None:
        raise ReauthenticationRequired("your access token does not say when you signed in", remedy=_REMEDY)
    if at - proved > within:
        minutes = int(within.total_seconds() // 60)
        raise ReauthenticationRequired(f"you signed in more than {minutes} minutes ago", remedy=_REMEDY)
    return proved


def used_up() -> ReauthenticationRequired:
    """One proof of identity, one signature."""
    return ReauthenticationRequired("you have signed once since you signed in", remedy=_REMEDY)
