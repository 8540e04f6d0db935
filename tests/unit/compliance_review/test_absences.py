"""Who is away has somebody stand in, and nobody counts twice or approves what they wrote by that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.case import Case
from compliance.domain.errors import AbsencesOverlap, AlreadyVoted, NotDelegated, NotYourStep, SelfApproval
from compliance.domain.events import Occasion
from compliance.domain.review.absence import Absence, Cover
from compliance.domain.review.steps import REVIEWER, missing
from compliance.domain.review.votes import Delegation
from shared.kernel.errors import DomainError, InvalidTransition, InvalidValue
from support.compliance_builders import (
    AUTHOR,
    EDITOR,
    NOW,
    ROSA,
    SAM,
    a_ballot,
    a_case,
    a_delegation,
    a_judgement,
    a_step,
    a_voter,
)

MAX = "max.reviewer"
TWO_WEEKS = timedelta(days=14)
MEDICAL, LEGAL = a_step("medical", "medical"), a_step("legal", "legal", tier=2)


def a_cover(**changes: Any) -> Cover:
    cover = Cover(
        subject=ROSA,
        name="Rosa Marín",
        delegate=SAM,
        delegate_name="Sam Okafor",
        starts_at=NOW,
        ends_at=NOW + timedelta(days=3),
        capacities=(REVIEWER, f"person:{ROSA}"),
    )
    return replace(cover, **changes)


def away(*others: Absence, **changes: Any) -> Absence:
    cover = a_cover(**changes)
    return Absence.register("absence-1", cover, others, TWO_WEEKS, Occasion(by=cover.subject, at=NOW))


def approve(case: Case, who: str, *, for_whom: Delegation | None = None, roles: tuple[str, ...] = ()) -> None:
    on_behalf_of = None if for_whom is None else for_whom.subject
    case.vote(a_ballot(case, on_behalf_of=on_behalf_of), a_voter(who, *roles), NOW, for_whom)


def test_a_delegate_votes_in_the_capacities_of_the_absent_person_and_signs_for_them() -> None:
    case = a_case(a_judgement(route=(MEDICAL,)))
    with pytest.raises(NotYourStep):
        approve(case, SAM)
    approve(case, SAM, for_whom=a_delegation(ROSA, SAM, "medical"))
    vote = case.approvals[0]
    assert (case.state, vote.by, vote.on_behalf_of, vote.capacity) == ("approved", SAM, ROSA, "medical")
    assert vote.signed == f"{SAM.title()} for {ROSA.title()}"


def test_a_delegate_does_not_bring_their_own_capacities_along() -> None:
    case = a_case(a_judgement(route=(LEGAL,)))
    with pytest.raises(NotYourStep):
        approve(case, SAM, for_whom=a_delegation(ROSA, SAM, "medical"), roles=("legal",))
    assert case.votes == ()


@pytest.mark.parametrize("absent", [AUTHOR, EDITOR])
def test_the_capacities_of_whoever_wrote_it_are_not_handed_on(absent: str) -> None:
    case = a_case()
    with pytest.raises(SelfApproval, match="for whom you stand in"):
        approve(case, SAM, for_whom=a_delegation(absent, SAM))


@pytest.mark.parametrize("author", [AUTHOR, EDITOR])
def test_whoever_wrote_it_does_not_approve_it_for_somebody_else(author: str) -> None:
    case = a_case()
    with pytest.raises(SelfApproval, match="you wrote or edited"):
        approve(case, author, for_whom=a_delegation(ROSA, author))


@pytest.mark.parametrize(
    ("on_behalf_of", "delegation"),
    [
        (ROSA, None),
        (None, a_delegation(ROSA, SAM)),
        (ROSA, a_delegation(MAX, SAM)),
        (ROSA, a_delegation(ROSA, MAX)),
        (SAM, a_delegation(SAM, SAM)),
    ],
)
def test_a_vote_for_somebody_needs_their_own_delegation(on_behalf_of: str | None, delegation: Any) -> None:
    case = a_case()
    with pytest.raises(NotDelegated):
        case.vote(a_ballot(case, on_behalf_of=on_behalf_of), a_voter(SAM), NOW, delegation)
    assert case.votes == ()


def test_a_delegate_decides_once_for_themselves_or_for_somebody_else() -> None:
    case = a_case(a_judgement(approvals=3))
    approve(case, SAM, for_whom=a_delegation(ROSA, SAM))
    with pytest.raises(AlreadyVoted, match="you have already decided"):
        approve(case, SAM)
    with pytest.raises(AlreadyVoted, match=f"you have already decided on this version; {SAM.title()} for"):
        approve(case, ROSA)
    with pytest.raises(AlreadyVoted, match="you have"):
        approve(case, SAM, for_whom=a_delegation(MAX, SAM))
    with pytest.raises(AlreadyVoted, match=f"{SAM.title()} has already"):
        approve(case, MAX, for_whom=a_delegation(SAM, MAX))


def test_who_decided_before_leaving_is_not_decided_for() -> None:
    case = a_case(a_judgement(approvals=2))
    approve(case, ROSA)
    with pytest.raises(AlreadyVoted, match=f"{ROSA.title()} has already"):
        approve(case, SAM, for_whom=a_delegation(ROSA, SAM))


def test_the_ledger_says_on_whose_behalf_a_vote_was_given() -> None:
    case = a_case()
    case.pull_events()
    approve(case, SAM, for_whom=a_delegation(ROSA, SAM))
    voted: Any = case.pull_events()[0]
    assert voted.evidence()["absence_id"] == f"absence-of-{ROSA}"
    assert voted.personal()["on_behalf_of"] == ROSA


def test_an_absence_covers_its_time_until_it_ends_or_is_ended() -> None:
    absence = away()
    end = absence.details.ends_at
    assert [absence.covers(each) for each in (NOW - timedelta(seconds=1), NOW, end - timedelta(seconds=1), end)] == [
        False,
        True,
        True,
        False,
    ]
    absence.end(Occasion(by=ROSA, at=NOW + timedelta(hours=1)))
    assert not absence.covers(NOW + timedelta(hours=1))
    with pytest.raises(InvalidTransition):
        absence.end(Occasion(by=ROSA, at=NOW + timedelta(hours=2)))


def test_an_absence_that_is_over_is_not_ended() -> None:
    with pytest.raises(InvalidTransition):
        away().end(Occasion(by=ROSA, at=NOW + timedelta(days=3)))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": NOW - timedelta(seconds=1)}, "from"),
        ({"ends_at": NOW}, "until"),
        ({"ends_at": NOW + timedelta(days=15)}, "until"),
        ({"delegate": ROSA}, "delegate"),
    ],
)
def test_an_absence_is_not_retroactive_not_endless_and_not_covered_by_oneself(changes: Any, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        away(**changes)
    assert refused.value.field == field
    assert refused.value.remedy


def test_at_most_one_person_stands_in_at_any_moment() -> None:
    first = away()
    with pytest.raises(AbsencesOverlap, match="Sam Okafor"):
        away(first, delegate=MAX, starts_at=NOW + timedelta(days=2), ends_at=NOW + timedelta(days=5))
    away(first, delegate=MAX, starts_at=first.details.ends_at, ends_at=NOW + timedelta(days=5))
    first.end(Occasion(by=ROSA, at=NOW + timedelta(minutes=1)))
    away(first, delegate=MAX)


def test_the_ledger_holds_no_reason_of_an_absence() -> None:
    absence = away(reason="in hospital")
    event: Any = absence.pull_events()[0]
    assert "hospital" not in repr([event.evidence(), event.personal(), event.occasion])


TEAM = [AUTHOR, EDITOR, ROSA, SAM, MAX, "nina.legal"]
ROLES = {ROSA: ("medical",), SAM: ("legal",), MAX: ("medical", "legal"), "nina.legal": ("legal",), AUTHOR: ("medical",)}
A_VOTE = st.tuples(st.sampled_from(TEAM), st.one_of(st.none(), st.sampled_from(TEAM)))
AN_ABSENCE = st.dictionaries(st.sampled_from(TEAM), st.sampled_from(TEAM), max_size=len(TEAM))


VOTING = {
    "delegates": AN_ABSENCE,
    "votes": st.lists(A_VOTE, max_size=12),
    "approvals": st.integers(1, 3),
}
REGISTERING = {"moments": st.lists(st.integers(-5, 30), min_size=2, max_size=8)}


def vote_in_any_way(delegates: dict[str, str], votes: list[tuple[str, str | None]], approvals: int) -> None:
    route = (replace(MEDICAL, approvals=approvals), a_step("any", REVIEWER), LEGAL)
    case = a_case(a_judgement(route=route))
    for who, absent in votes:
        delegation = None
        if absent is not None and absent in delegates:
            delegation = a_delegation(absent, delegates[absent], *ROLES.get(absent, ()))
        ballot = a_ballot(case, on_behalf_of=absent)
        try:
            case.vote(ballot, a_voter(who, *ROLES.get(who, ())), NOW, delegation)
        except DomainError:
            continue
        assert absent is None or delegates.get(absent) == who, "only the delegate of that person stands in"
    behind = [person for vote in case.votes for person in (vote.by, vote.on_behalf_of) if person is not None]
    assert len(behind) == len(set(behind)), "one person, one vote on a version, whoever signs it"
    assert not {AUTHOR, EDITOR} & set(behind), "no self-approval, not by proxy either"
    for vote in case.approvals:
        whose = vote.on_behalf_of or vote.by
        assert vote.capacity in {REVIEWER, f"person:{whose}", *ROLES.get(whose, ())}
    needed = sum(step.approvals for step in route)
    assert (case.state == "approved") == (len(case.approvals) == needed)
    assert bool(missing(route, case.approvals)) == (case.state == "in_review")


def register_any(moments: list[int]) -> None:
    registered: list[Absence] = []
    for start, days in zip(moments[::2], moments[1::2], strict=False):
        begins = NOW + timedelta(days=start)
        try:
            registered.append(away(*registered, starts_at=begins, ends_at=begins + timedelta(days=days)))
        except DomainError:
            continue
    times: list[datetime] = [NOW + timedelta(hours=hour) for hour in range(-120, 1_200, 7)]
    assert all(sum(each.covers(moment) for each in registered) <= 1 for moment in times)


@given(**VOTING)
def test_whoever_stands_in_for_whom_nobody_counts_twice_and_no_author_counts_at_all(**drawn: Any) -> None:
    vote_in_any_way(**drawn)


@given(**REGISTERING)
def test_absences_of_one_person_never_overlap(**drawn: Any) -> None:
    register_any(**drawn)
