"""Forwarded cases: a text that belongs to a desk of the company, on its way there, with a clock.

`open → acknowledged → handed_over → closed`; acknowledging may be left out, and a closing can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Literal

from compliance.domain.events import Occasion, StateChange
from compliance.domain.findings import Evidence
from compliance.domain.hand_over import HandOverClock, Stage
from shared.kernel.errors import InvalidTransition, InvalidValue
from shared.kernel.events import Aggregate

ForwardedState = Literal["open", "acknowledged", "handed_over", "closed"]
Step = Literal["opened", "acknowledged", "escalated", "overdue", "handed_over", "closed", "reopened"]
Source = Literal["action", "post"]
WAITING: frozenset[ForwardedState] = frozenset({"open", "acknowledged"})
"""The clock runs in these."""
OVERDUE = 100


@dataclass(frozen=True, slots=True)
class Passage:
    """One text that was forwarded, and the field it stood in."""

    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was seen where. `quote` is all `texts` together.

    `country` is the reporter's, or where that is not known the country of receipt (`country_known` says which).
    `post_keys` name the post it stood in, see `post_keys`; `found_by` says what found it: detector, rule set, model.
    """

    case_id: str
    source: Source
    source_id: str
    stakeholder_id: str | None
    texts: tuple[Passage, ...]
    quote: str
    quote_sha256: str
    evidence: tuple[Evidence, ...]
    author: str | None
    url: str | None
    post_keys: tuple[str, ...]
    country: str | None
    country_known: bool
    first_seen_at: datetime
    found_by: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Signed:
    """Who did it, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What the desk made of it. `reference` is the desk's own number, `before` the state it was closed in."""

    outcome: str
    reference: str | None
    reason: str | None
    by: str
    at: datetime
    before: ForwardedState


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a case is."""

    state: ForwardedState
    clock: HandOverClock
    acknowledged: Signed | None = None
    handed_over: Signed | None = None
    closing: Closing | None = None

    @property
    def next_stage(self) -> Stage | None:
        """The next escalation while the clock runs."""
        if self.state not in WAITING:
            return None
        return next((stage for stage in self.clock.stages if stage.noted_at is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardedCaseChanged(StateChange):
    """`subject` is what the desk needs to know about the text."""

    report: Report
    progress: Progress
    subject: Any
    changed: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def evidence(self) -> Mapping[str, Any]:
        return {
            "source": self.report.source,
            "source_id": self.report.source_id,
            "due_at": self.progress.clock.due_at.isoformat(),
        }

    def personal(self) -> Mapping[str, Any]:
        """The hash of a quote is found by whoever knows the post; a correction may say what a reporter is."""
        return {"quote_sha256": self.report.quote_sha256, **self.changed}

    @property
    def about(self) -> str | None:
        return self.report.stakeholder_id


class ForwardedCase(Aggregate):
    """Open until the desk has it. Never closed by a program."""

    STEPS: ClassVar[Mapping[Step, type[ForwardedCaseChanged]]]
    DONE: ClassVar[str]
    """The outcome of a case that the desk worked on; it has a reference number."""
    DISMISSED: ClassVar[str]
    """The outcome of a text that was none; it has a reason."""

    def __init__(self, report: Report, progress: Progress, subject: Any, *, version: int = 0) -> None:
        super().__init__(version=version)
        self.stored_version = version
        self.report = report
        self.progress = progress
        self.subject = subject

    @property
    def state(self) -> ForwardedState:
        return self.progress.state

    @property
    def outcomes(self) -> tuple[str, ...]:
        """How it may be closed."""
        return (self.DONE, self.DISMISSED, "duplicate")

    def start(self, occasion: Occasion) -> None:
        """Tell the world that it was opened."""
        self._emit("opened", None, occasion)

    def escalate(self, occasion: Occasion) -> None:
        """Note every share of the time that is over by now and was not noted yet, each as a change of its own."""
        stage = self.progress.next_stage
        while stage is not None and occasion.at >= stage.at:
            noted = replace(stage, noted_at=occasion.at)
            stages = tuple(noted if each.percent == stage.percent else each for each in self.progress.clock.stages)
            self.progress = replace(self.progress, clock=replace(self.progress.clock, stages=stages))
            step: Step = "overdue" if stage.percent >= OVERDUE else "escalated"
            self._emit(step, self.state, occasion, percent=stage.percent, notify=list(stage.notify))
            stage = self.progress.next_stage

    def acknowledge(self, occasion: Occasion) -> None:
        """Somebody of the desk has seen it. The clock runs on. Saying so twice is harmless."""
        if self.state == "open":
            self._move("acknowledged", "acknowledged", occasion, acknowledged=Signed(occasion.by, occasion.at))

    def hand_over(self, occasion: Occasion) -> None:
        """The desk has it. Saying so twice is harmless."""
        if self.state in WAITING:
            self._move("handed_over", "handed_over", occasion, handed_over=Signed(occasion.by, occasion.at))

    def close(self, outcome: str, occasion: Occasion, *, reference: str | None, reason: str | None) -> None:
        """End it with what the desk made of it. Raises InvalidTransition, InvalidValue."""
        if self.state == "closed":
            raise InvalidTransition("the case is closed", remedy="undo the closing first, if it was wrong")
        self._admit(outcome, reference, reason)
        closing = Closing(
            outcome=outcome, reference=reference, reason=reason, by=occasion.by, at=occasion.at, before=self.state
        )
        self._move("closed", "closed", occasion, closing=closing)

    def reopen(self, occasion: Occasion) -> None:
        """Undo a wrong closing: it stands where it stood, and its clock with it. Raises InvalidTransition."""
        closing = self.progress.closing
        if closing is None or self.state != "closed":
            raise InvalidTransition(f"the case is {self.state}, not closed")
        self._move(closing.before, "reopened", occasion, closing=None)

    def _admit(self, outcome: str, reference: str | None, reason: str | None) -> None:
        if outcome not in self.outcomes:
            raise InvalidValue(f"outcome is one of {', '.join(self.outcomes)}", field="outcome")
        if outcome == self.DISMISSED:
            if not (reason or "").strip():
                raise InvalidValue(f"{outcome} needs a reason", field="reason", remedy="say why it is none")
        elif not (reference or "").strip():
            raise InvalidValue(f"{outcome} needs a reference", field="reference", remedy="give the desk's own number")
        if outcome == self.DONE and self.state != "handed_over":
            raise InvalidTransition(f"the case is {self.state}, not handed over", remedy="hand it over first")

    def _move(self, state: ForwardedState, step: Step, occasion: Occasion, **more: Any) -> None:
        old = self.state
        self.progress = replace(self.progress, state=state, **more)
        self._emit(step, old, occasion)

    def _emit(self, step: Step, old: ForwardedState | None, occasion: Occasion, **changed: Any) -> None:
        self._say(self.STEPS[step], old, occasion, **changed)

    def _say(
        self, event: type[ForwardedCaseChanged], old: ForwardedState | None, occasion: Occasion, **changed: Any
    ) -> None:
        self.version += 1
        self.record(
            event(
                aggregate_id=self.report.case_id,
                version=self.version,
                old_state=old,
                new_state=self.state,
                occasion=occasion,
                report=self.report,
                progress=self.progress,
                subject=self.subject,
                changed=changed,
            )
        )
