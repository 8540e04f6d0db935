"""One circulation: a version of an action enters review, waits for people, and ends in some outcome.

The clock runs while people may decide and stands still while the case is paused. A circulation that has ended is never
changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast, get_args

from compliance.domain.case_events import CaseChanged, CaseView
from compliance.domain.circulations.clock import OVERDUE, ReviewClock
from compliance.domain.circulations.notices import ReviewEscalated, ReviewNoted, ReviewReminded
from compliance.domain.events import Occasion
from shared.kernel.events import Aggregate

Outcome = Literal["approved", "changes_requested", "rejected", "withdrawn", "voided", "expired", "blocked", "revised"]
"""How a circulation ended: the state the case went to, or `revised` by its author before anybody had decided."""
OUTCOMES: frozenset[str] = frozenset(get_args(Outcome))
DECIDED: frozenset[str] = frozenset({"approved", "changes_requested", "rejected"})
"""Outcomes that reviewers decided."""
_NO_TIME = timedelta()


@dataclass(kw_only=True)
class RoundRecord:
    """The stored state of a circulation.

    `running_since` is None while the clock stands still; `in_review` on the clock and `worked` in working time are
    what was over before. `rules` are all that any judgement of this circulation found, `told` is the percent that
    people were told of last, and `job_worked` the working time from the first submission of the action to its approval.
    """

    action_id: str
    number: int
    action_version: int
    stakeholder_id: str
    submitted_at: datetime
    entered_at: datetime
    team: str | None
    verdict: str | None
    rules: frozenset[str]
    waits_for: frozenset[str]
    slot_start: datetime | None
    time_left: timedelta
    due_at: datetime
    running_since: datetime | None
    in_review: timedelta = _NO_TIME
    worked: timedelta = _NO_TIME
    restarts: int = 0
    told: int = 0
    next_stage_at: datetime | None = None
    first_vote_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    job_worked: timedelta | None = None


class ReviewRound(Aggregate):
    """A circulation; `version` counts what its clock told people."""

    def __init__(self, record: RoundRecord, *, version: int = 0) -> None:
        super().__init__(version=version)
        self.stored = record
        self.noted: list[ReviewNoted] = []

    @classmethod
    def begin(cls, number: int, event: CaseChanged, clock: ReviewClock) -> ReviewRound:
        """Circulation `number`, as the case enters review."""
        case, now = event.case, event.occasion.at
        record = RoundRecord(
            action_id=case.action_id,
            number=number,
            action_version=case.action_version,
            stakeholder_id=case.stakeholder_id,
            submitted_at=case.opened_at or now,
            entered_at=now,
            team=case.team,
            verdict=case.verdict,
            rules=frozenset(finding.rule_id for finding in case.findings),
            waits_for=case.waits_for,
            slot_start=case.slot_start,
            time_left=clock.time_for(case.verdict, case.last_tier),
            due_at=now,
            running_since=None,
        )
        begun = cls(record)
        begun.resume(now, clock)
        return begun

    @property
    def round_id(self) -> str:
        """Its name in the ledger."""
        return f"{self.stored.action_id}~{self.stored.number}"

    def follow(self, event: CaseChanged, clock: ReviewClock) -> None:
        """Keep in step with the case."""
        record, case, now = self.stored, event.case, event.occasion.at
        if event.new_state in OUTCOMES:
            self._end(cast("Outcome", event.new_state), now, clock)
        elif event.new_state == "screening":
            if case.action_version > record.action_version:
                self._end("revised", now, clock)
        elif event.new_state == "paused":
            self._pause(now, clock)
        elif event.old_state == "screening":
            self._restart(case, now, clock)
        else:
            record.waits_for = case.waits_for
            if event.old_state == "paused":
                self.resume(now, clock)

    def note_vote(self, at: datetime) -> None:
        """Somebody has decided on something."""
        self.stored.first_vote_at = self.stored.first_vote_at or at

    def resume(self, now: datetime, clock: ReviewClock) -> None:
        """The clock runs again with the time that was left; what was overdue stays due when it was."""
        record = self.stored
        if record.running_since is None:
            record.running_since = now
            if record.time_left > _NO_TIME:
                record.due_at = clock.due_at(now, record.time_left, record.slot_start)
            self._plan(clock)

    def tell(self, clock: ReviewClock, occasion: Occasion) -> None:
        """Remind and escalate what is due by now, each once; nothing while the clock stands still."""
        record = self.stored
        while record.next_stage_at is not None and record.next_stage_at <= occasion.at:
            percent = clock.next_stage(record.told) or OVERDUE
            self._note(percent, clock, occasion)
            record.told = percent
            self._plan(clock)

    def _note(self, percent: int, clock: ReviewClock, occasion: Occasion) -> None:
        record, late = self.stored, percent >= OVERDUE
        self.version += 1
        waits_for = tuple(sorted(record.waits_for))
        event = (ReviewEscalated if late else ReviewReminded)(
            aggregate_id=self.round_id,
            version=self.version,
            old_state="in_review",
            new_state="escalated" if late else "reminded",
            occasion=occasion,
            action_id=record.action_id,
            number=record.number,
            action_version=record.action_version,
            stakeholder_id=record.stakeholder_id,
            percent=percent,
            entered_at=record.entered_at,
            due_at=record.due_at,
            notify=(clock.escalate_to or waits_for) if late else waits_for,
        )
        self.noted.append(event)
        self.record(event)

    def _restart(self, case: CaseView, now: datetime, clock: ReviewClock) -> None:
        """The same version was judged anew while it was in review: votes start again, the clock does not."""
        record = self.stored
        record.restarts += 1
        record.team, record.verdict, record.waits_for = case.team, case.verdict, case.waits_for
        record.rules |= {finding.rule_id for finding in case.findings}
        self.resume(now, clock)

    def _pause(self, now: datetime, clock: ReviewClock) -> None:
        record = self.stored
        if record.running_since is not None:
            self._count(now, clock)
            record.running_since, record.next_stage_at = None, None

    def _count(self, now: datetime, clock: ReviewClock) -> None:
        record = self.stored
        if record.running_since is not None:
            worked = clock.working_time.between(record.running_since, now)
            record.in_review += max(_NO_TIME, now - record.running_since)
            record.worked += worked
            record.time_left = _NO_TIME if record.due_at <= now else record.time_left - worked

    def _end(self, outcome: Outcome, now: datetime, clock: ReviewClock) -> None:
        record = self.stored
        self._count(now, clock)
        record.running_since, record.next_stage_at = None, None
        record.ended_at, record.outcome = now, outcome
        if outcome == "approved":
            record.job_worked = clock.working_time.between(record.submitted_at, now)

    def _plan(self, clock: ReviewClock) -> None:
        record = self.stored
        percent = clock.next_stage(record.told)
        if percent is None or record.running_since is None:
            record.next_stage_at = None
        else:
            since, due_at = record.running_since, record.due_at
            record.next_stage_at = clock.stage_at(since, due_at, record.worked, percent)
