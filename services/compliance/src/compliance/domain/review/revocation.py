"""Somebody may not approve any more: what they approved and has not been carried out counts no longer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from compliance.domain.errors import SelfApproval
from compliance.domain.events import Occasion
from compliance.domain.records import Record, RecordChanged
from compliance.domain.review.votes import Vote


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """From whom, and which capacities; none named is every one, whatever role a token still says."""

    subject: str
    capacities: frozenset[str] = frozenset()

    def concerns(self, capacity: str | None) -> bool:
        """Whether an approval given in that capacity is one they could not give now."""
        return not self.capacities or capacity in self.capacities


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationChanged(RecordChanged):
    AGGREGATE: ClassVar[str] = "reviewer_revocation"

    subject: str

    def personal(self) -> Mapping[str, Any]:
        return {"subject": self.subject}


class ReviewerRevoked(RevocationChanged):
    """They may not approve any more."""


class ReviewerReinstated(RevocationChanged):
    """They may approve again; what was sent back meanwhile stays sent back."""


class ReviewerRevocation(Record[Withdrawn]):
    """`revoked ⇄ reinstated`; one per person."""

    @classmethod
    def revoke(cls, record_id: str, withdrawn: Withdrawn, occasion: Occasion) -> ReviewerRevocation:
        """The first one of this person. Raises ReasonMissing."""
        revocation = cls(record_id, withdrawn, state="revoked")
        revocation._write(ReviewerRevoked, None, occasion, subject=withdrawn.subject)
        return revocation

    def revoke_again(self, withdrawn: Withdrawn, occasion: Occasion) -> None:
        """Other capacities, or once more. Raises ReasonMissing."""
        self._change(ReviewerRevoked, occasion, state="revoked", details=withdrawn, subject=withdrawn.subject)

    def reinstate(self, occasion: Occasion) -> None:
        """Raises SelfApproval for oneself, InvalidTransition where nothing is revoked."""
        self._ensure("revoked", to="reinstated")
        if occasion.by == self.details.subject:
            raise SelfApproval("nobody gives themselves back what was taken", remedy="ask another lead")
        self._change(ReviewerReinstated, occasion, state="reinstated", subject=self.details.subject)

    def said(self) -> Mapping[str, Any]:
        return {"capacities": sorted(self.details.capacities)}


def may_not_approve(vote: Vote, revoked: Mapping[str, Withdrawn]) -> bool:
    """Whether the signatory, or whoever they stood in for, could not give this approval now."""
    return any(who in revoked and revoked[who].concerns(vote.capacity) for who in vote.people)


def may_not_sign(subject: str, capacities: Iterable[str], revoked: Mapping[str, Withdrawn]) -> bool:
    """Whether this person could not sign in one of these capacities now."""
    withdrawn = revoked.get(subject)
    return withdrawn is not None and any(map(withdrawn.concerns, capacities))
