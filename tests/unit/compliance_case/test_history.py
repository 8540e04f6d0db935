"""Random histories of one action and its permits: whatever happens, in whatever order, the invariants hold."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from compliance.domain.case import Case
from compliance.domain.errors import AlreadyVoted, ContentChanged, PermitNotRedeemable, SelfApproval
from compliance.domain.permit import ReleasePermit
from compliance.domain.slot import Slot
from shared.kernel.errors import DomainError, InvalidTransition
from support.compliance_builders import (
    AUTHOR,
    EDITOR,
    EXECUTOR,
    NOW,
    ROSA,
    SAM,
    a_ballot,
    a_finding,
    a_grant,
    a_judgement,
    a_submission,
    a_voter,
    at,
)

NO_STOP = (frozenset[str](),) * 3
STOPS = (frozenset({"opted_out"}), frozenset({"open_safety_case"}), frozenset({"opted_out", "do_not_engage"}))
VERDICTS = {"pass": (), "review": (a_finding("review"),), "block": (a_finding("block"),)}
REFUSED = (InvalidTransition, SelfApproval, AlreadyVoted, ContentChanged, PermitNotRedeemable, DomainError)


class History(RuleBasedStateMachine):
    """Drives one case the way the use cases do, and keeps its own, much simpler account of what may happen."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.slot = Slot(NOW + timedelta(minutes=30), NOW + timedelta(minutes=90))
        self.submission = a_submission()
        self.case = Case.open(self.submission, self.slot, at(self.now))
        self.judged = a_judgement(approvals=2)
        self.case.conclude(self.judged, frozenset(), at(self.now))
        self.stops: frozenset[str] = frozenset()
        self.permits: list[ReleasePermit] = []
        self.agreed: set[str] = set()
        self.acts = 0

    def _follow(self, permit_id: str | None) -> None:
        """As `change_case` does: a permit the case has lost is stopped."""
        if permit_id is not None and self.case.permit_id != permit_id:
            permit = next(each for each in self.permits if each.permit_id == permit_id)
            permit.expire(at(self.now))
            permit.stop(at(self.now))

    @rule(minutes=st.integers(1, 40))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_slot_opens(self) -> None:
        self.now = max(self.now, self.slot.start)

    @rule(words=st.sampled_from(["Thank you.", "Thank you, again.", "Well explained."]), move=st.booleans())
    def revise(self, words: str, move: bool) -> None:
        slot = Slot(self.now + timedelta(minutes=5), self.now + timedelta(minutes=65)) if move else self.slot
        revised = a_submission(self.submission.action_version + 1, text=words, slot=slot)
        permit_id = self.case.permit_id
        try:
            self.case.revise(revised, slot, at(self.now))
        except REFUSED:
            assert self.acts, "only what was carried out cannot be revised"
            return
        self.submission, self.slot, self.agreed = revised, slot, set()
        self._follow(permit_id)
        self.case.conclude(self.judged, self.stops, at(self.now))

    @rule(verdict=st.sampled_from(["pass", "review", "review", "block"]))
    def a_judged_fact_changes(self, verdict: str) -> None:
        judged = a_judgement(*VERDICTS[verdict], approvals=2)
        permit_id = self.case.permit_id
        try:
            self.case.rejudge(judged, self.stops, at(self.now))
        except REFUSED:
            return
        self.judged, self.agreed = judged, set()
        self._follow(permit_id)

    @rule()
    def both_reviewers_agree(self) -> None:
        self.approve_as(ROSA, looked_at_current=True)
        self.approve_as(SAM, looked_at_current=True)

    @rule(who=st.sampled_from([AUTHOR, EDITOR, ROSA, SAM]), looked_at_current=st.booleans())
    def approve(self, who: str, looked_at_current: bool) -> None:
        self.approve_as(who, looked_at_current=looked_at_current)

    def approve_as(self, who: str, *, looked_at_current: bool) -> None:
        content = self.submission.content_sha256 if looked_at_current else "0" * 64
        try:
            self.case.vote(a_ballot(self.case, content_sha256=content), a_voter(who), self.now)
        except REFUSED:
            return
        assert who in {ROSA, SAM}
        assert looked_at_current
        self.agreed.add(who)

    @rule(stops=st.sampled_from([*NO_STOP, *STOPS]))
    def signals_change(self, stops: frozenset[str]) -> None:
        self.stops = stops
        permit_id = self.case.permit_id
        self.case.note_stops(self.stops, at(self.now))
        self._follow(permit_id)

    @rule(worse=st.sampled_from([False, False, True]))
    def release(self, worse: bool) -> None:
        self._release(worse=worse)

    @rule(redeem=st.booleans(), worse=st.sampled_from([False, False, True]))
    def the_usual_way(self, redeem: bool, worse: bool) -> None:
        """Hastens histories to where it gets interesting; every step may be refused."""
        self.both_reviewers_agree()
        self.the_slot_opens()
        self._release(worse=worse)
        if redeem and self.permits:
            self._redeem(self.permits[-1])

    def _release(self, *, worse: bool) -> None:
        judged = a_judgement(*self.judged.findings, a_finding("review", "NEW-01")) if worse else self.judged
        permit_id = f"permit-{len(self.permits)}"
        try:
            self.case.release(permit_id, judged, at(self.now))
        except REFUSED:
            return
        assert len(self.agreed) >= 2, "I1: two people agreed to exactly this"
        assert not self.stops, "I4: no stop signal is in force"
        assert self.slot.start <= self.now < self.slot.end, "I5: in its slot"
        assert not worse
        grant = a_grant(permit_id, content_sha256=self.submission.content_sha256, slot=self.slot)
        self.permits.append(ReleasePermit.issue(grant, at(self.now), action_version=1))

    @precondition(lambda self: bool(self.permits))
    @rule(data=st.data())
    def redeem(self, data: st.DataObject) -> None:
        self._redeem(data.draw(st.sampled_from(self.permits)))

    def _redeem(self, permit: ReleasePermit) -> None:
        content = permit.grant.content_sha256
        if permit.answers_again(EXECUTOR, content):
            return
        try:
            permit.redeem(EXECUTOR, content, self.stops, at(self.now, EXECUTOR))
            self.case.redeem(permit.permit_id, at(self.now, EXECUTOR))
        except REFUSED:
            assert permit.state != "redeemed" or self.case.state == "redeemed"
            return
        assert not self.stops
        assert content == self.submission.content_sha256, "I3: what was approved is what goes out"
        self.acts += 1

    @rule()
    def the_clock_looks(self) -> None:
        permit_id = self.case.permit_id
        try:
            self.case.expire(at(self.now))
        except REFUSED:
            return
        assert self.now >= self.slot.end
        self._follow(permit_id)

    @rule()
    def withdraw(self) -> None:
        permit_id = self.case.permit_id
        try:
            self.case.withdraw(at(self.now, AUTHOR))
        except REFUSED:
            return
        self._follow(permit_id)

    @invariant()
    def nothing_happens_twice(self) -> None:
        assert self.acts <= 1, "I2"
        assert sum(permit.state == "redeemed" for permit in self.permits) == self.acts

    @invariant()
    def at_most_one_permit_is_in_force_and_its_case_knows_it(self) -> None:
        in_force = [permit.permit_id for permit in self.permits if permit.state == "issued"]
        assert in_force == ([self.case.permit_id] if self.case.state == "released" else [])

    @invariant()
    def approved_means_two_people_agreed_to_this_version(self) -> None:
        if self.case.state in {"approved", "released", "redeemed"}:
            assert len(self.agreed) >= 2, "I1, I3"

    @invariant()
    def a_stopped_person_has_nothing_that_may_go_out(self) -> None:
        if self.stops:
            assert self.case.state not in {"in_review", "approved", "released"}

    @invariant()
    def every_version_has_its_event(self) -> None:
        versions = [event.version for event in self.case._events]  # type: ignore[attr-defined] - all are StateChanges
        assert versions == list(range(1, self.case.version + 1))


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
