"""The draw after each action that went out without a review of its own, and the post-review of those drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Literal

from compliance.domain.errors import MeaningMissing, PersonRequired
from compliance.domain.events import Occasion
from compliance.domain.records import Record, RecordChanged, ensure_second_person
from compliance.domain.review.votes import Voter
from compliance.domain.wordings.pre_approval import WordingRef
from shared.kernel.errors import InvalidTransition

DRAW_BITS = 52
"""A draw is a whole number below 2**52: that and the bound are exact in JSON."""

MOST_AT_ONCE = 100
"""So many samples one signature passes."""

SampleState = Literal["spared", "drawn", "overdue", "passed", "failed"]
Outcome = Literal["pass", "fail"]
WAITING: frozenset[str] = frozenset({"drawn", "overdue"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A random `number` and the rate it was held against. Anybody can repeat the comparison."""

    number: int
    percent: int

    @property
    def is_drawn(self) -> bool:
        """Whether the number lies within the rate's share of all numbers."""
        return self.number * 100 < self.percent * 2**DRAW_BITS


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReview:
    """One person's look at what went out."""

    by: str
    name: str
    outcome: Outcome
    meaning: str
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFile:
    """One redeemed permit. `not_by` wrote or edited the action, or wrote or signed its wording."""

    wording: WordingRef
    action_id: str
    stakeholder_id: str
    content_sha256: str
    redeemed_at: datetime
    draw: Draw
    due_at: datetime
    not_by: tuple[str, ...]
    review: PostReview | None = None


class SampleChanged(RecordChanged):
    AGGREGATE: ClassVar[str] = "sample"


class SampleSpared(SampleChanged):
    """The draw did not take it."""


class SampleDrawn(SampleChanged):
    """The draw took it: somebody has to look at it."""


class SampleOverdue(SampleChanged):
    """Nobody looked at it in time."""


class SamplePassed(SampleChanged):
    """What went out was right."""


class SampleFailed(SampleChanged):
    """What went out was not right."""


class Sample(Record[SampleFile]):
    """Keyed by the permit: one draw for each."""

    @classmethod
    def draw(cls, permit_id: str, file: SampleFile, occasion: Occasion) -> Sample:
        """Whether this one is looked at."""
        state = "drawn" if file.draw.is_drawn else "spared"
        sample = cls(permit_id, file, state=state)
        sample._begin(SampleDrawn if file.draw.is_drawn else SampleSpared, occasion)
        return sample

    @property
    def person(self) -> str | None:
        return self.details.stakeholder_id

    def decide(self, outcome: Outcome, reviewer: Voter, meaning: str, occasion: Occasion) -> None:
        """Pass or fail it. Raises PersonRequired, SelfApproval, MeaningMissing, ReasonMissing, InvalidTransition."""
        if not reviewer.is_person:
            raise PersonRequired("only a person looks at a sample", remedy="sign in as a reviewer")
        self._ensure(*WAITING, to="decided on")
        ensure_second_person(self.details.not_by, occasion)
        if not meaning.strip():
            raise MeaningMissing("the signature says nothing", field="meaning", remedy="say what the signature means")
        review = PostReview(
            by=reviewer.subject,
            name=reviewer.name,
            outcome=outcome,
            meaning=meaning.strip(),
            reason=occasion.why,
            at=occasion.at,
        )
        event = SamplePassed if outcome == "pass" else SampleFailed
        state = "passed" if outcome == "pass" else "failed"
        self._change(event, occasion, state=state, details=replace(self.details, review=review))

    def note_overdue(self, occasion: Occasion) -> None:
        """Too late, and still to be looked at."""
        self._ensure("drawn", to="overdue")
        if occasion.at < self.details.due_at:
            raise InvalidTransition("there is still time")
        self._change(SampleOverdue, occasion, state="overdue")

    def said(self) -> Mapping[str, Any]:
        file = self.details
        return {
            "wording_id": file.wording.wording_id,
            "edition": file.wording.edition,
            "action_id": file.action_id,
            "content_sha256": file.content_sha256,
            "number": file.draw.number,
            "of": 2**DRAW_BITS,
            "percent": file.draw.percent,
        }
