"""Chance says what is looked at afterwards, and anybody can repeat the draw."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.errors import MeaningMissing, PersonRequired, ReasonMissing, SelfApproval
from compliance.domain.wordings.pre_approval import WordingRef
from compliance.domain.wordings.sample import DRAW_BITS, Draw, Sample, SampleFile
from shared.kernel.errors import InvalidTransition
from support.compliance_builders import AUTHOR, NOW, ROSA, SAM, a_voter, at
from support.wording_builders import DANA, SHA


def a_sample(number: int = 0, percent: int = 10) -> Sample:
    file = SampleFile(
        wording=WordingRef(wording_id="wording-1", edition=1, sha256=SHA),
        action_id="action-1",
        stakeholder_id="person-1",
        content_sha256=SHA,
        redeemed_at=NOW,
        draw=Draw(number=number, percent=percent),
        due_at=NOW + timedelta(days=3),
        not_by=(AUTHOR, ROSA, SAM),
    )
    return Sample.draw("permit-1", file, at())


@given(number=st.integers(0, 2**DRAW_BITS - 1), percent=st.integers(1, 100))
def test_the_draw_takes_the_share_of_numbers_below_the_rate(number: int, percent: int) -> None:
    taken = Draw(number=number, percent=percent).is_drawn
    assert taken == (number / 2**DRAW_BITS < percent / 100)
    assert Draw(number=number, percent=100).is_drawn
    assert a_sample(number, percent).state == ("drawn" if taken else "spared")


def test_number_and_rate_stand_in_the_ledger_whatever_came_out() -> None:
    for number in (0, 2**DRAW_BITS - 1):
        (event,) = a_sample(number).pull_events()
        evidence = event.evidence()  # type: ignore[attr-defined] - a state change has evidence
        assert (evidence["number"], evidence["of"], evidence["percent"]) == (number, 2**DRAW_BITS, 10)


@pytest.mark.parametrize("somebody", [AUTHOR, ROSA, SAM])
def test_nobody_looks_at_their_own_work(somebody: str) -> None:
    with pytest.raises(SelfApproval):
        a_sample().decide("pass", a_voter(somebody), "seen", at(by=somebody))


def test_a_look_is_signed_by_a_person_with_meaning_and_reason_and_only_once() -> None:
    sample = a_sample()
    with pytest.raises(PersonRequired):
        sample.decide("pass", a_voter(DANA, is_person=False), "seen", at(by=DANA))
    with pytest.raises(MeaningMissing):
        sample.decide("pass", a_voter(DANA), " ", at(by=DANA))
    with pytest.raises(ReasonMissing):
        sample.decide("fail", a_voter(DANA), "seen", at(by=DANA, why=" "))
    sample.decide("fail", a_voter(DANA), "seen", at(by=DANA, why="too promotional"))
    assert sample.state == "failed"
    with pytest.raises(InvalidTransition):
        sample.decide("pass", a_voter("another.reviewer"), "seen", at(by="another.reviewer"))


def test_what_the_draw_spared_is_not_looked_at() -> None:
    with pytest.raises(InvalidTransition):
        a_sample(2**DRAW_BITS - 1).decide("pass", a_voter(DANA), "seen", at(by=DANA))


def test_an_overdue_sample_is_still_looked_at() -> None:
    sample = a_sample()
    with pytest.raises(InvalidTransition):
        sample.note_overdue(at(NOW + timedelta(days=2)))
    sample.note_overdue(at(NOW + timedelta(days=3)))
    sample.decide("pass", a_voter(DANA), "seen", at(by=DANA))
    assert sample.state == "passed"
