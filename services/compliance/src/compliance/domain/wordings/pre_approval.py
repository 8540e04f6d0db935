"""The signatures under a wording, as the approvals of an action that says exactly this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from compliance.domain.errors import SelfApproval
from compliance.domain.judgement import Judgement, Submission
from shared.kernel.errors import InvalidTransition


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingSignature:
    """An electronic signature (21 CFR 11.50, 11.70) under the wording whose canonical JSON has this `sha256`.

    `capacity` is what it was given as: `steps.REVIEWER`, a role, or `person:<subject>`.
    """

    by: str
    name: str
    capacity: str
    meaning: str
    at: datetime
    sha256: str

    def as_json(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "by": self.by,
            "name": self.name,
            "capacity": self.capacity,
            "meaning": self.meaning,
            "at": self.at.isoformat(),
            "sha256": self.sha256,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingRef:
    """One edition of one wording: what a permit cites."""

    wording_id: str
    edition: int
    sha256: str

    def as_json(self) -> dict[str, Any]:
        """JSON values."""
        return {"wording_id": self.wording_id, "edition": self.edition, "sha256": self.sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreApproval:
    """Why an action needs no review of its own. `written_by` are the authors of the wording."""

    wording: WordingRef
    signatures: tuple[WordingSignature, ...]
    written_by: tuple[str, ...]

    @property
    def signatories(self) -> frozenset[str]:
        """Subjects of those who signed."""
        return frozenset(each.by for each in self.signatures)

    def ensure_for(self, submission: Submission, judgement: Judgement | None) -> None:
        """Raises InvalidTransition where no wording approves, SelfApproval where a signatory had a part in it."""
        if submission.snapshot.get("target") or judgement is None or judgement.verdict != "pass":
            raise InvalidTransition("no wording approves an action with a target, or one the screen objects to")
        if self.signatories & {submission.submitted_by, *submission.edited_by}:
            raise SelfApproval("a signatory of the wording wrote or edited this action")

    def cited(self) -> list[dict[str, Any]]:
        """What the permit's hash over approvals covers: who signed which edition when."""
        return [
            {
                "by": each.by,
                "at": each.at.isoformat(),
                "wording_id": self.wording.wording_id,
                "edition": self.wording.edition,
                "wording_sha256": self.wording.sha256,
            }
            for each in self.signatures
        ]
