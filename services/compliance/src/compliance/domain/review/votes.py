"""Votes: who may decide, on what, and what their signature means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from compliance.domain.errors import MeaningMissing, PersonRequired
from shared.kernel.errors import InvalidValue

Decision = Literal["approve", "request_changes", "reject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter:
    """A signed-in reviewer; `subject` is the token's, `is_person` false for a program.

    `capacities` are what they may decide as: `steps.REVIEWER`, roles, `person:<subject>`. `authenticated_at` is when
    they last proved who they are, None where that is not known.
    """

    subject: str
    name: str
    is_person: bool
    capacities: frozenset[str]
    authenticated_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One decision on one content, with the meaning of the signature.

    An approval counts for `step`, because it was given as `capacity`; a no needs neither.
    """

    by: str
    name: str
    decision: Decision
    meaning: str
    reason: str | None
    content_sha256: str
    at: datetime
    step: str | None = None
    capacity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A decision as handed in. `content_sha256` and `case_version` are what the voter looked at.

    `step` names the step an approval is for; without it, the first open one that the voter may take.
    """

    decision: Decision
    meaning: str
    reason: str | None
    content_sha256: str
    case_version: int
    step: str | None = None


def sign(ballot: Ballot, voter: Voter, at: datetime) -> Vote:
    """The vote. Raises PersonRequired, MeaningMissing, or InvalidValue for a no without a reason."""
    if not voter.is_person:
        raise PersonRequired("only a person decides", remedy="sign in as a reviewer")
    if not ballot.meaning.strip():
        raise MeaningMissing(
            "the signature says nothing",
            field="meaning",
            remedy="say what the signature means, for example 'reviewed for medical accuracy'",
        )
    if ballot.decision != "approve" and not (ballot.reason or "").strip():
        raise InvalidValue(
            "a refusal needs a reason", field="reason", remedy="say what is wrong and what would be acceptable"
        )
    return Vote(
        by=voter.subject,
        name=voter.name,
        decision=ballot.decision,
        meaning=ballot.meaning.strip(),
        reason=ballot.reason,
        content_sha256=ballot.content_sha256,
        at=at,
    )
