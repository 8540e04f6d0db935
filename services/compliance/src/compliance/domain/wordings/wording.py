"""A wording from its proposal to its end. Its text never changes: another text is another edition, signed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from compliance.domain.errors import AlreadyVoted, ContentChanged, MeaningMissing, PersonRequired
from compliance.domain.events import Occasion
from compliance.domain.records import Record, RecordChanged, ensure_second_person
from compliance.domain.review.steps import REVIEWER
from compliance.domain.review.votes import Voter
from compliance.domain.wordings.content import WordingContent
from compliance.domain.wordings.errors import NotASignatory
from compliance.domain.wordings.pre_approval import PreApproval, WordingRef, WordingSignature
from shared.kernel.errors import ConcurrentChange, InvalidTransition

SIGNATURES = 2
"""How many people sign a wording before it may be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What the screen said about its renderings: rules that ask for a review, rules that leave a note to read."""

    rule_set: str
    renderings: int
    reviews: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingFile:
    """`sha256` is the hash of the canonical JSON of id, edition and content: what is signed.

    `written_by` are all who wrote this or an earlier edition.
    """

    content: WordingContent
    edition: int
    sha256: str
    written_by: tuple[str, ...]
    screened: Screened
    signatures: tuple[WordingSignature, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseUnder:
    """One permit that was issued under a wording."""

    permit_id: str
    action_id: str
    edition: int
    state: str


class WordingChanged(RecordChanged):
    AGGREGATE: ClassVar[str] = "wording"


class WordingProposed(WordingChanged):
    """Somebody wrote a wording."""


class WordingRevised(WordingChanged):
    """Another edition: what was signed does not count any more."""


class WordingSigned(WordingChanged):
    """One of the two has signed."""


class WordingApproved(WordingChanged):
    """Both have signed: it may be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingSuspended(WordingChanged):
    """It may not be used any more; `releases` is everything that was released under it."""

    edition: int
    name: str
    releases: tuple[ReleaseUnder, ...]

    def evidence(self) -> Mapping[str, Any]:
        return {**RecordChanged.evidence(self), "released": [each.permit_id for each in self.releases]}


class WordingWithdrawn(WordingChanged):
    """Nobody wants it any more."""


class WordingExpired(WordingChanged):
    """Its last day has passed."""


class Wording(Record[WordingFile]):
    """proposed → approved → suspended | withdrawn | expired; another edition begins at proposed again."""

    @classmethod
    def propose(cls, wording_id: str, file: WordingFile, occasion: Occasion) -> Wording:
        """A wording that nobody has signed."""
        wording = cls(wording_id, file, state="proposed")
        wording._begin(WordingProposed, occasion)
        return wording

    @property
    def ref(self) -> WordingRef:
        """The present edition."""
        return WordingRef(wording_id=self.record_id, edition=self.details.edition, sha256=self.details.sha256)

    def revise(self, file: WordingFile, occasion: Occasion) -> None:
        """Another edition, to be signed anew; the former one may not be used from now on."""
        self._ensure("proposed", "approved", "suspended", "expired", to="revised")
        if file.edition != self.details.edition + 1:
            raise ConcurrentChange("another edition came meanwhile", remedy="read the wording again, then revise it")
        written_by = tuple(dict.fromkeys((*self.details.written_by, *file.written_by)))
        details = replace(file, written_by=written_by, signatures=())
        self._change(WordingRevised, occasion, state="proposed", details=details)

    def sign(self, signatory: Voter, signature: WordingSignature) -> None:
        """One of two different people who did not write it. The second signature approves.

        Raises PersonRequired, SelfApproval, MeaningMissing, ContentChanged, AlreadyVoted.
        """
        if not signatory.is_person:
            raise PersonRequired("only a person signs a wording", remedy="sign in as a reviewer")
        self._ensure("proposed", to="signed")
        occasion = Occasion(by=signature.by, at=signature.at, why=signature.meaning)
        if not signature.meaning.strip():
            raise MeaningMissing("the signature says nothing", field="meaning", remedy="say what the signature means")
        ensure_second_person(self.details.written_by, occasion)
        if signature.sha256 != self.details.sha256:
            raise ContentChanged(
                "what you signed is not this edition", field="sha256", remedy="read the wording again, then sign"
            )
        if any(each.by == signature.by for each in self.details.signatures):
            raise AlreadyVoted("you have signed this edition", remedy="a colleague signs next")
        if self.details.content.is_over(signature.at):
            raise InvalidTransition("its last day has passed", remedy="propose another edition with other dates")
        signatures = (*self.details.signatures, signature)
        self._change(WordingSigned, occasion, details=replace(self.details, signatures=signatures))
        if len(signatures) >= SIGNATURES:
            self._change(WordingApproved, occasion, state="approved")

    def rescreened(self, screened: Screened) -> None:
        """Before a signature the rules of that moment are asked."""
        self.details = replace(self.details, screened=screened)

    def suspend(self, releases: tuple[ReleaseUnder, ...], occasion: Occasion) -> None:
        """Whoever doubts it stops it at once; only another edition brings it back."""
        self._ensure("approved", to="suspended")
        edition, name = self.details.edition, self.details.content.name
        self._change(WordingSuspended, occasion, state="suspended", releases=releases, edition=edition, name=name)

    def withdraw(self, occasion: Occasion) -> None:
        """For good."""
        self._ensure("proposed", "approved", "suspended", "expired", to="withdrawn")
        self._change(WordingWithdrawn, occasion, state="withdrawn")

    def expire(self, occasion: Occasion) -> None:
        """Its last day has passed."""
        self._ensure("approved", to="expired")
        if not self.details.content.is_over(occasion.at):
            raise InvalidTransition("its last day has not passed")
        self._change(WordingExpired, occasion, state="expired")

    def may_be_used(self, at: datetime) -> bool:
        """Approved by two people, and `at` is one of its days."""
        return (
            self.state == "approved"
            and self.details.content.is_in_date(at)
            and len({each.by for each in self.details.signatures}) >= SIGNATURES
        )

    def pre_approval(self) -> PreApproval:
        """What stands for the approvals of an action that says exactly this."""
        file = self.details
        return PreApproval(wording=self.ref, signatures=file.signatures, written_by=file.written_by)

    def said(self) -> Mapping[str, Any]:
        file = self.details
        return {
            "edition": file.edition,
            "sha256": file.sha256,
            "valid_from": file.content.valid_from.isoformat(),
            "valid_until": file.content.valid_until.isoformat(),
            "signatures": len(file.signatures),
            "rule_set": file.screened.rule_set,
            "reviews": list(file.screened.reviews),
            "notes": list(file.screened.notes),
        }


def capacity_of(signatory: Voter, may_sign: frozenset[str]) -> str:
    """What somebody signs wordings as. Raises NotASignatory where they are none of those who may."""
    held = may_sign & signatory.capacities
    if not held:
        raise NotASignatory(f"wordings are signed by {' or '.join(sorted(may_sign))}")
    return min(held, key=lambda capacity: (capacity == REVIEWER, capacity))
