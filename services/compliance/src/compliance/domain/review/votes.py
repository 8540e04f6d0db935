"""Votes: who may decide, on what, and what their signature means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from compliance.domain.errors import MeaningMissing, NotDelegated, PersonRequired
from compliance.domain.review.spans import RequestedChange
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
class Delegation:
    """A running absence, as whoever stands in uses it: for whom, and in which capacities of theirs."""

    absence_id: str
    subject: str
    name: str
    delegate: str
    capacities: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One decision on one content, with the meaning of the signature.

    An approval counts for `step`, because it was given as `capacity`; a no needs neither. `on_behalf_of` is the absent
    person whom the one who signs stands in for, and whose capacity it then is; `absence_id` is what allowed it.
    `changes` come with a request for changes.
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
    on_behalf_of: str | None = None
    on_behalf_of_name: str | None = None
    absence_id: str | None = None
    changes: tuple[RequestedChange, ...] = ()

    @property
    def people(self) -> frozenset[str]:
        """Whose vote this uses up: that of the one who signed, and of the one they stood in for."""
        return frozenset({self.by} if self.on_behalf_of is None else {self.by, self.on_behalf_of})

    @property
    def signed(self) -> str:
        """The printed name; of whoever stood in for somebody, both."""
        return self.name if self.on_behalf_of is None else f"{self.name} for {self.on_behalf_of_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A decision as handed in. `content_sha256` and `case_version` are what the voter looked at.

    `step` names the step an approval is for; without it, the first open one that the voter may take. `on_behalf_of`
    names the absent person whom the voter stands in for.
    """

    decision: Decision
    meaning: str
    reason: str | None
    content_sha256: str
    case_version: int
    step: str | None = None
    on_behalf_of: str | None = None
    changes: tuple[RequestedChange, ...] = ()


def sign(ballot: Ballot, voter: Voter, at: datetime, delegation: Delegation | None = None) -> Vote:
    """The vote. Raises PersonRequired, MeaningMissing, NotDelegated, or InvalidValue for a no without a reason."""
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
    if ballot.changes and ballot.decision != "request_changes":
        raise InvalidValue(
            "changes come with the decision request_changes",
            field="changes",
            remedy="leave them out, or request changes",
        )
    _ensure_delegated(ballot, voter, delegation)
    return Vote(
        by=voter.subject,
        name=voter.name,
        decision=ballot.decision,
        meaning=ballot.meaning.strip(),
        reason=ballot.reason,
        content_sha256=ballot.content_sha256,
        at=at,
        on_behalf_of=None if delegation is None else delegation.subject,
        on_behalf_of_name=None if delegation is None else delegation.name,
        absence_id=None if delegation is None else delegation.absence_id,
        changes=ballot.changes,
    )


def _ensure_delegated(ballot: Ballot, voter: Voter, delegation: Delegation | None) -> None:
    """Whoever stands in says for whom, and does so on exactly that delegation."""
    stands_in = None if delegation is None or delegation.delegate != voter.subject else delegation.subject
    if ballot.on_behalf_of != stands_in or stands_in == voter.subject:
        raise not_delegated(ballot.on_behalf_of)


def not_delegated(subject: str | None) -> NotDelegated:
    """Nobody absent has named this voter."""
    return NotDelegated(
        f"you do not stand in for {subject} at this moment",
        field="on_behalf_of",
        remedy="leave it out to decide for yourself; GET /v1/absences?delegate=me shows for whom you stand in",
    )
