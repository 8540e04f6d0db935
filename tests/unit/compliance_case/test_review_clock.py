"""The clock of a review: how long people have, when it stands still, and what it tells whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.case import Case
from compliance.domain.case_events import CaseChanged
from compliance.domain.circulations.clock import ReviewClock, ReviewLimit
from compliance.domain.circulations.notices import ReviewEscalated, ReviewNoted, ReviewReminded
from compliance.domain.circulations.rounds import ReviewRound
from compliance.domain.events import Occasion
from compliance.domain.slot import Slot
from support.compliance_builders import (
    A_CLOCK,
    NOW,
    ROSA,
    a_ballot,
    a_finding,
    a_judgement,
    a_step,
    a_submission,
    a_voter,
    at,
)

FAR = Slot(NOW + timedelta(days=60), NOW + timedelta(days=61))
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""10:00 in Berlin; the builders' clock gives 8 working hours from 9 to 17."""


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def a_round(clock: ReviewClock = A_CLOCK, slot: Slot = FAR, moment: datetime = MONDAY) -> tuple[Case, ReviewRound]:
    """A case that has just entered review, and its first circulation."""
    case = Case.open(a_submission(slot=slot), slot, at(moment))
    case.conclude(a_judgement(), frozenset(), at(moment))
    entered = [event for event in case.pull_events() if isinstance(event, CaseChanged)][-1]
    return case, ReviewRound.begin(1, entered, clock)


def follow(circulation: ReviewRound, case: Case, clock: ReviewClock = A_CLOCK) -> None:
    for event in case.pull_events():
        assert isinstance(event, CaseChanged)
        circulation.follow(event, clock)


def tell(circulation: ReviewRound, moment: datetime, clock: ReviewClock = A_CLOCK) -> list[ReviewNoted]:
    circulation.tell(clock, Occasion(by="system", at=moment))
    return [event for event in circulation.pull_events() if isinstance(event, ReviewNoted)]


def test_a_review_is_due_so_many_working_hours_after_it_began() -> None:
    _, circulation = a_round()
    assert circulation.stored.due_at == MONDAY + timedelta(days=1)


def test_it_is_due_before_the_slot_where_that_comes_first() -> None:
    _, circulation = a_round(slot=Slot(MONDAY + hours(4), MONDAY + hours(6)))
    assert circulation.stored.due_at == MONDAY + hours(3)


def test_a_review_that_begins_within_the_margin_is_due_at_once() -> None:
    _, circulation = a_round(slot=Slot(MONDAY + hours(0.5), MONDAY + hours(6)))
    assert circulation.stored.due_at == MONDAY
    assert [type(each) for each in tell(circulation, MONDAY)] == [ReviewReminded, ReviewEscalated]


def test_the_first_limit_that_fits_verdict_and_tiers_counts() -> None:
    clock = replace(
        A_CLOCK,
        limits=(
            ReviewLimit(decide_within=hours(3), verdicts=frozenset({"review"}), tiers=frozenset({2, 3})),
            ReviewLimit(decide_within=hours(2), verdicts=frozenset({"review"})),
        ),
    )
    assert clock.time_for("review", 3) == hours(3)
    assert clock.time_for("review", 1) == hours(2)
    assert clock.time_for("pass", 2) == hours(8)
    assert clock.time_for(None, 2) == hours(8)


def test_reviewers_are_reminded_once_and_then_others_are_told_once() -> None:
    _, circulation = a_round()
    assert tell(circulation, MONDAY + hours(3)) == []
    [reminded] = tell(circulation, MONDAY + hours(4))
    assert isinstance(reminded, ReviewReminded)
    assert (reminded.percent, reminded.notify) == (50, ("reviewer",))
    assert tell(circulation, MONDAY + hours(23)) == []
    [escalated] = tell(circulation, MONDAY + hours(24))
    assert isinstance(escalated, ReviewEscalated)
    assert (escalated.percent, escalated.notify) == (100, ("head of compliance",))
    assert tell(circulation, MONDAY + hours(999)) == []
    assert [reminded.version, escalated.version] == [1, 2]


def test_without_anybody_named_an_escalation_goes_to_whom_the_review_waits_for() -> None:
    clock = replace(A_CLOCK, escalate_to=(), remind_at=())
    _, circulation = a_round(clock)
    [escalated] = tell(circulation, MONDAY + hours(24), clock)
    assert escalated.notify == ("reviewer",)


def test_the_clock_stands_still_while_a_stop_signal_is_in_force() -> None:
    case, circulation = a_round()
    case.note_stops(frozenset({"opted_out"}), at(MONDAY + hours(2)))
    follow(circulation, case)
    assert tell(circulation, MONDAY + timedelta(days=9)) == []
    case.note_stops(frozenset(), at(MONDAY + timedelta(days=7)))
    follow(circulation, case)
    assert circulation.stored.due_at == MONDAY + timedelta(days=7) + hours(6)
    assert circulation.stored.in_review == hours(2)


def test_what_was_overdue_when_it_was_paused_is_overdue_when_it_goes_on() -> None:
    case, circulation = a_round()
    late = MONDAY + timedelta(days=2)
    case.note_stops(frozenset({"opted_out"}), at(late))
    case.note_stops(frozenset(), at(late + hours(1)))
    follow(circulation, case)
    assert circulation.stored.due_at == MONDAY + timedelta(days=1)
    assert [each.percent for each in tell(circulation, late + hours(1))] == [50, 100]


def test_a_judgement_anew_during_the_review_starts_the_votes_again_and_not_the_clock() -> None:
    case, circulation = a_round()
    due = circulation.stored.due_at
    case.rejudge(a_judgement(a_finding(rule_id="TST-09")), frozenset(), at(MONDAY + hours(3)))
    follow(circulation, case)
    stored = circulation.stored
    assert (stored.due_at, stored.restarts, stored.ended_at) == (due, 1, None)
    assert stored.rules == {"TST-09"}


def test_another_version_ends_a_circulation_that_nobody_has_decided() -> None:
    case, circulation = a_round()
    case.revise(a_submission(version=2), FAR, at(MONDAY + hours(3)))
    follow(circulation, case)
    assert (circulation.stored.outcome, circulation.stored.worked) == ("revised", hours(3))


def test_a_judgement_anew_that_blocks_ends_it() -> None:
    case, circulation = a_round()
    case.rejudge(a_judgement(a_finding("block")), frozenset(), at(MONDAY + hours(3)))
    follow(circulation, case)
    assert circulation.stored.outcome == "blocked"


def test_an_approval_ends_it_and_tells_how_long_people_had_it() -> None:
    case, circulation = a_round()
    case.vote(a_ballot(case), a_voter(ROSA), MONDAY + hours(24 + 2))
    follow(circulation, case)
    stored = circulation.stored
    assert (stored.outcome, stored.in_review, stored.worked, stored.job_worked) == (
        "approved",
        hours(26),
        hours(10),
        hours(10),
    )
    assert stored.next_stage_at is None


def test_it_waits_for_the_steps_whose_turn_it_is() -> None:
    case = Case.open(a_submission(slot=FAR), FAR, at(MONDAY))
    route = (a_step("medical", "medical", "person:dana"), a_step("signature", "signatory", tier=2))
    case.conclude(a_judgement(route=route), frozenset(), at(MONDAY))
    entered = [event for event in case.pull_events() if isinstance(event, CaseChanged)][-1]
    circulation = ReviewRound.begin(1, entered, A_CLOCK)
    assert circulation.stored.waits_for == {"medical", "person:dana"}
    case.vote(a_ballot(case), a_voter(ROSA, "medical"), MONDAY)
    follow(circulation, case)
    assert circulation.stored.waits_for == {"signatory"}


@given(gaps=st.lists(st.timedeltas(timedelta(), timedelta(days=4)), min_size=1, max_size=8))
def test_pauses_never_shorten_nor_lengthen_the_working_time_people_have(gaps: list[timedelta]) -> None:
    case, circulation = a_round()
    moments = [MONDAY]
    for number, gap in enumerate(gaps):
        moments.append(moments[-1] + gap)
        case.note_stops(frozenset() if number % 2 else frozenset({"opted_out"}), at(moments[-1]))
        follow(circulation, case)
    stored, working = circulation.stored, A_CLOCK.working_time
    running = list(pairwise(moments))[::2]
    used = sum((working.between(*period) for period in running), timedelta())
    assert stored.worked == used
    assert stored.in_review == sum((end - begin for begin, end in running), timedelta())
    if stored.running_since is not None and used < A_CLOCK.decide_within:
        assert used + working.between(stored.running_since, stored.due_at) == A_CLOCK.decide_within


@given(looks=st.lists(st.timedeltas(timedelta(), timedelta(days=3)), min_size=1, max_size=12))
def test_however_often_the_clock_is_looked_at_everything_is_told_once_and_never_early(looks: list[timedelta]) -> None:
    clock = replace(A_CLOCK, remind_at=(25, 50, 75))
    _, circulation = a_round(clock)
    due_at, told = circulation.stored.due_at, list[int]()
    for look in sorted(looks):
        moment = MONDAY + look
        told += [each.percent for each in tell(circulation, moment, clock)]
        used = clock.working_time.between(MONDAY, moment)
        expected = [each for each in (25, 50, 75) if used >= hours(8) * each / 100] + [100] * (moment >= due_at)
        assert told == expected
