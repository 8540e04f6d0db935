"""The case of one action: from its screening to the one act it may allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from compliance.domain import case_events as happened
from compliance.domain.case_record import FINAL, OVER, QUEUED, CaseRecord, State
from compliance.domain.deciding import already_voted, ensure_at_hand, ensure_outsiders
from compliance.domain.erasure import bare_judgement, bare_override, bare_submission, bare_vote
from compliance.domain.errors import AlreadyVoted
from compliance.domain.events import Occasion
from compliance.domain.findings import Finding, worsened
from compliance.domain.judgement import Judgement, Submission
from compliance.domain.overriding import BlockStanding, Override, OverrideBallot, all_overridden, override_of, standing
from compliance.domain.review.spans import ensure_stands
from compliance.domain.review.steps import ReviewStep, StepProgress, missing, progress, step_to_take
from compliance.domain.review.votes import Ballot, Delegation, Vote, Voter, sign
from compliance.domain.slot import Slot
from compliance.domain.wordings.pre_approval import PreApproval
from shared.kernel.errors import ConcurrentChange, InvalidTransition
from shared.kernel.events import Aggregate


class Case(Aggregate):
    """Judges one version of one action at a time; keyed by the action's id.

    `version` grows by one with every transition, so that each ledger row names the transition it records;
    `stored_version` is the one last read or written.
    """

    def __init__(self, record: CaseRecord, *, version: int = 0) -> None:
        super().__init__(version=version)
        self.stored_version = version
        self._record = record

    @classmethod
    def open(cls, submission: Submission, slot: Slot | None, occasion: Occasion) -> Case:
        """A new case, waiting for its judgement."""
        record = CaseRecord(state="screening", submission=submission, judgement=None, slot=slot, opened_at=occasion.at)
        case = cls(record)
        case._emit(happened.CaseOpened, None, occasion)
        return case

    @property
    def stored(self) -> CaseRecord:
        """What a repository stores."""
        return self._record

    @property
    def action_id(self) -> str:
        return self._record.submission.action_id

    @property
    def state(self) -> State:
        return self._record.state

    @property
    def submission(self) -> Submission:
        return self._record.submission

    @property
    def judgement(self) -> Judgement | None:
        return self._record.judgement

    @property
    def slot(self) -> Slot | None:
        return self._record.slot

    @property
    def votes(self) -> tuple[Vote, ...]:
        return self._record.votes

    @property
    def permit_id(self) -> str | None:
        return self._record.permit_id

    @property
    def pre_approval(self) -> PreApproval | None:
        """The signed wording whose signatures stand for the approvals, None where people voted on this action."""
        return self._record.pre_approval

    @property
    def approvals(self) -> tuple[Vote, ...]:
        """Approving votes on this very content by, and for, people who neither wrote, edited nor overrode it."""
        overrode = {each.by for each in self._record.overrides}
        return tuple(
            vote
            for vote in self._record.votes
            if vote.decision == "approve"
            and vote.content_sha256 == self.submission.content_sha256
            and not vote.people & overrode
            and not any(map(self._is_author, vote.people))
        )

    @property
    def overrides(self) -> tuple[Override, ...]:
        """What people who neither wrote nor edited this content said to overriding its block."""
        return tuple(each for each in self._record.overrides if not self._is_author(each.by))

    def blocks(self, judgement: Judgement) -> tuple[BlockStanding, ...]:
        """The findings of `judgement` that block, and who has overridden each."""
        return standing(judgement, self.overrides, self.submission.content_sha256)

    def is_blocked_by(self, judgement: Judgement) -> bool:
        """Whether something blocks that two people have not overridden by these very rules."""
        overridden = all_overridden(judgement, self.overrides, self.submission.content_sha256)
        return judgement.verdict == "block" and not overridden

    @property
    def progress(self) -> tuple[StepProgress, ...]:
        """The steps of the review, and where each stands."""
        return progress(self._route, self.approvals)

    def conclude(
        self,
        judgement: Judgement,
        stops: frozenset[str],
        occasion: Occasion,
        pre_approval: PreApproval | None = None,
    ) -> None:
        """Screening is over: blocked, or in review; paused at once where a stop signal is in force.

        With a `pre_approval` nobody is asked: the signatures of its wording are the approvals.
        """
        self._expect("screening")
        self._record.judgement = judgement
        if judgement.verdict == "block":
            self._move("blocked", happened.CaseScreened, occasion)
            return
        if pre_approval is None:
            self._move("in_review", happened.CaseScreened, occasion)
        else:
            self._approve_by(pre_approval, occasion)
        self.note_stops(stops, occasion)

    def revise(self, submission: Submission, slot: Slot | None, occasion: Occasion) -> None:
        """Another version of the action: whatever was approved is void. Raises InvalidTransition once it is over."""
        if submission.action_version <= self.submission.action_version:
            raise InvalidTransition("an older version of the action arrived late")
        if self.state in OVER:
            raise InvalidTransition(f"the action was {self.state}", remedy="plan a new action")
        self._record.submission, self._record.erased_at = submission, None
        self._record.slot = slot
        self._reopen(occasion)

    def rejudge(
        self,
        judgement: Judgement,
        stops: frozenset[str],
        occasion: Occasion,
        pre_approval: PreApproval | None = None,
    ) -> None:
        """A fact that was judged has changed: earlier approvals and overrides are void, the new judgement counts."""
        if self.state not in QUEUED and self.state != "blocked":
            raise InvalidTransition(f"a {self.state} case is not judged again")
        self._reopen(occasion)
        self.conclude(judgement, stops, occasion, pre_approval)

    def override(self, ballot: OverrideBallot, voter: Voter, stops: frozenset[str], at: datetime) -> None:
        """Record somebody's yes or no to overriding the block. When two people have overridden each, review begins.

        A no ends it for this version. Raises what `override_of` does, and what `vote` does.
        """
        self._ensure_read(ballot.case_version)
        self._expect("blocked")
        if self.judgement is None:
            raise InvalidTransition("nothing was judged")
        ensure_outsiders(frozenset({voter.subject}), self._is_author, by=voter.subject, absent=None)
        ensure_at_hand(self.submission, self.slot, ballot.content_sha256, at)
        override = override_of(ballot, voter, at, self.judgement, self.overrides)
        self._record.overrides = (*self._record.overrides, override)
        occasion = Occasion(by=override.by, at=at, why=override.reason)
        self._emit(happened.CaseOverrideSigned, self.state, occasion, override=override)
        if not self.is_blocked_by(self.judgement):
            self._move("in_review", happened.CaseOverridden, occasion)
            self.note_stops(stops, occasion)

    def vote(self, ballot: Ballot, voter: Voter, at: datetime, delegation: Delegation | None = None) -> None:
        """Record a decision. One no decides at once; the approval that completes the last step approves.

        With a `delegation` the voter decides in the capacities of the absent person alone.
        """
        self._ensure_read(ballot.case_version)
        self._expect("in_review")
        vote = sign(ballot, voter, at, delegation)
        self._admit(vote)
        if vote.decision == "approve":
            held = voter.capacities if delegation is None else delegation.capacities
            step, capacity = step_to_take(self.progress, held, ballot.step)
            vote = replace(vote, step=step.name, capacity=capacity)
        self._record.votes = (*self._record.votes, vote)
        occasion = Occasion(by=vote.by, at=at, why=vote.reason or vote.meaning)
        proved = voter.authenticated_at
        self._emit(
            happened.CaseVoted,
            self.state,
            occasion,
            vote=vote,
            read_version=ballot.case_version,
            authenticated_at=None if proved is None else proved.isoformat(),
        )
        if vote.decision == "request_changes":
            self._move("changes_requested", happened.CaseChangesRequested, occasion, changes=vote.changes)
        elif vote.decision == "reject":
            self._move("rejected", happened.CaseRejected, occasion)
        elif not self.missing_steps(self._route):
            self._move("approved", happened.CaseApproved, occasion)

    def note_stops(self, stops: frozenset[str], occasion: Occasion) -> None:
        """Stop signals in force for this person: pause while there is one, resume when none is left.

        A released case resumes as approved: its permit was stopped for good and a new one needs the full check.
        """
        record = self._record
        if self.state not in QUEUED or stops == record.stops:
            return
        reasons = ", ".join(sorted(stops))
        if self.state != "paused":
            record.resume_to = "approved" if self.state == "released" else self.state
            record.stops, record.permit_id = stops, None
            self._move("paused", happened.CasePaused, _because(occasion, reasons))
        elif stops:
            record.stops = stops
            self._emit(happened.CaseStopsChanged, "paused", _because(occasion, reasons))
        else:
            goal, record.resume_to, record.stops = record.resume_to or "in_review", None, stops
            self._move(goal, happened.CaseResumed, occasion)

    def release(self, permit_id: str, now_judged: Judgement, occasion: Occasion) -> None:
        """Hand the action to its executor. Raises InvalidTransition unless everything holds at this moment."""
        self._expect("approved")
        if self.slot is None or not self.slot.is_open(occasion.at):
            raise InvalidTransition("the slot is not open")
        if self.missing_steps((*self._route, *now_judged.route)):
            raise InvalidTransition("approvals are missing")
        if self.pre_approval is not None and now_judged.verdict != "pass":
            raise InvalidTransition("a pre-approved wording passes the screen without an objection, or people decide")
        if self.is_blocked_by(now_judged) or self.worsened_by(now_judged):
            raise InvalidTransition("the screen at release found what no approval has seen")
        self._record.permit_id = permit_id
        self._move("released", happened.CaseReleased, occasion)

    def missing_steps(self, route: Sequence[ReviewStep]) -> tuple[ReviewStep, ...]:
        """The steps of `route` that the approvals do not complete; a pre-approved wording completes them all."""
        return () if self.pre_approval is not None else missing(route, self.approvals)

    def worsened_by(self, now_judged: Judgement) -> tuple[Finding, ...]:
        """Findings of `now_judged` that the approvals have not seen."""
        return worsened(() if self.judgement is None else self.judgement.findings, now_judged.findings)

    def redeem(self, permit_id: str, occasion: Occasion) -> None:
        """The executor acts now. Raises InvalidTransition unless exactly this permit is in force."""
        self._expect("released")
        if self._record.permit_id != permit_id:
            raise InvalidTransition("another permit is in force")
        self._move("redeemed", happened.CaseRedeemed, occasion)

    def recall(self, occasion: Occasion) -> None:
        """It was released and must not stand: never to be carried out, or to be taken down where it was."""
        if self.state not in ("released", "redeemed"):
            raise InvalidTransition(
                f"a {self.state} case has released nothing that could be recalled",
                remedy="reject it while it is in review; what is recalled already stays recalled",
            )
        self._move("recalled", happened.CaseRecalled, occasion)

    def expire(self, occasion: Occasion) -> None:
        """The slot is over and nothing went out."""
        if self.state not in QUEUED or self.slot is None or not self.slot.is_over(occasion.at):
            raise InvalidTransition(f"a {self.state} case within its slot does not expire")
        self._end("expired", happened.CaseExpired, occasion)

    def void(self, occasion: Occasion, judged: Judgement | None = None) -> None:
        """What was approved is no longer what would go out. `judged` is the judgement that says so, where one does."""
        if self.state not in QUEUED:
            raise InvalidTransition(f"a {self.state} case is not voided")
        if judged is not None:
            self._record.judgement = judged
        self._end("voided", happened.CaseVoided, occasion)

    def withdraw(self, occasion: Occasion) -> None:
        """The author took the action back. Too late once redeemed."""
        if self.state in FINAL:
            raise InvalidTransition(f"a {self.state} case is not withdrawn")
        self._end("withdrawn", happened.CaseWithdrawn, occasion)

    def _admit(self, vote: Vote) -> None:
        ensure_outsiders(vote.people, self._is_author, by=vote.by, absent=vote.on_behalf_of_name)
        ensure_at_hand(self.submission, self.slot, vote.content_sha256, vote.at)
        for number, change in enumerate(vote.changes):
            ensure_stands(change.place, self.submission.snapshot, f"changes.{number}")
        if used := [earlier for earlier in self._record.votes if earlier.people & vote.people]:
            raise already_voted(vote, used[0])
        if vote.decision == "approve" and any(each.by in vote.people for each in self._record.overrides):
            raise AlreadyVoted("whoever overrode the block does not review it too", remedy="somebody else does")

    def _ensure_read(self, case_version: int) -> None:
        if case_version != self.version:
            raise ConcurrentChange("the case changed since you opened it", remedy="read it again and decide then")

    def _approve_by(self, pre_approval: PreApproval, occasion: Occasion) -> None:
        pre_approval.ensure_for(self.submission, self.judgement)
        self._record.pre_approval, wording = pre_approval, pre_approval.wording
        why = f"pre-approved wording, edition {wording.edition}"
        self._move(
            "approved", happened.CaseApproved, Occasion(by=f"wording:{wording.wording_id}", at=occasion.at, why=why)
        )

    def _is_author(self, subject: str) -> bool:
        return subject == self.submission.submitted_by or subject in self.submission.edited_by

    def erase(self, occasion: Occasion) -> None:
        """The person was erased: words about them go; hashes, verdict, rules, decisions and state stay."""
        if self.state in QUEUED:
            raise InvalidTransition(f"a {self.state} case is voided before it is erased")
        record, judged = self._record, self.judgement
        record.submission, record.erased_at = bare_submission(self.submission), occasion.at
        record.judgement = None if judged is None else bare_judgement(judged)
        record.votes, record.overrides = tuple(map(bare_vote, self.votes)), tuple(map(bare_override, record.overrides))
        self._emit(happened.CaseErased, self.state, occasion)

    @property
    def _route(self) -> tuple[ReviewStep, ...]:
        return () if self.judgement is None else self.judgement.route

    @property
    def _overridden(self) -> tuple[str, ...]:
        found = () if self.judgement is None else self.blocks(self.judgement)
        return tuple(sorted({each.finding.rule_id for each in found if each.missing == 0}))

    def _reopen(self, occasion: Occasion) -> None:
        record = self._record
        record.votes, record.overrides, record.stops, record.judgement = (), (), frozenset(), None
        record.resume_to, record.permit_id, record.pre_approval = None, None, None
        self._move("screening", happened.CaseReopened, occasion)

    def _end(self, state: State, event: type[happened.CaseChanged], occasion: Occasion) -> None:
        self._record.resume_to, self._record.permit_id = None, None
        self._move(state, event, occasion)

    def _expect(self, state: State) -> None:
        if self.state != state:
            raise InvalidTransition(f"the case is {self.state}, not {state}")

    def _move(self, state: State, event: type[happened.CaseChanged], occasion: Occasion, **more: Any) -> None:
        old, self._record.state = self.state, state
        self._emit(event, old, occasion, **more)

    def _emit(self, event: type[happened.CaseChanged], old: State | None, occasion: Occasion, **more: Any) -> None:
        self.version += 1
        self.record(
            event(
                aggregate_id=self.action_id,
                version=self.version,
                old_state=old,
                new_state=self.state,
                occasion=occasion,
                case=self._view(),
                **more,
            )
        )

    def _view(self) -> happened.CaseView:
        judged, submission = self.judgement, self.submission
        return happened.CaseView(
            action_id=self.action_id,
            version=self.version,
            action_version=submission.action_version,
            stakeholder_id=submission.stakeholder_id,
            state=self.state,
            verdict=judged.verdict if judged else None,
            findings=judged.findings if judged else (),
            content_sha256=submission.content_sha256,
            snapshot_sha256=submission.snapshot_sha256,
            rule_set=judged.rule_set if judged else None,
            overridden=self._overridden,
            opened_at=self._record.opened_at,
            slot_start=self.slot.start if self.slot else None,
            team=judged.team if judged else None,
            waits_for=frozenset[str]().union(*(each.step.any_of for each in self.progress if each.is_open)),
            last_tier=max((step.tier for step in self._route), default=1),
            wording=self.pre_approval.wording if self.pre_approval else None,
        )


def _because(occasion: Occasion, reasons: str) -> Occasion:
    return Occasion(by=occasion.by, at=occasion.at, why=reasons)
