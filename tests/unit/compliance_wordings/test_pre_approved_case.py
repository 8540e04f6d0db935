"""The signatures of a wording are the approvals of a case, and of nothing that has a target or an objection."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compliance.domain.case import Case
from compliance.domain.case_events import CaseApproved, CaseScreened
from compliance.domain.errors import SelfApproval
from shared.kernel.errors import InvalidTransition
from support.compliance_builders import (
    AUTHOR,
    EDITOR,
    ROSA,
    SLOT,
    a_ballot,
    a_finding,
    a_judgement,
    a_submission,
    a_target,
    a_voter,
    at,
)
from support.wording_builders import a_pre_approval

IN_SLOT = SLOT.start + timedelta(minutes=1)


def pre_approved(**changes: object) -> Case:
    case = Case.open(a_submission(**changes), SLOT, at())
    case.conclude(a_judgement(), frozenset(), at(), a_pre_approval())
    return case


def test_it_is_approved_by_the_wording_and_nobody_is_asked() -> None:
    case = pre_approved()
    events = case.pull_events()
    assert not [event for event in events if isinstance(event, CaseScreened)]
    (approved,) = [event for event in events if isinstance(event, CaseApproved)]
    assert (case.state, approved.occasion.by) == ("approved", "wording:wording-1")
    assert approved.evidence()["wording"] == {"wording_id": "wording-1", "edition": 1, "sha256": "a" * 64}
    with pytest.raises(InvalidTransition):
        case.vote(a_ballot(case), a_voter(), at().at)


def test_never_with_a_target_or_an_objection_of_the_screen() -> None:
    with pytest.raises(InvalidTransition):
        pre_approved(target=a_target())
    case = Case.open(a_submission(), SLOT, at())
    with pytest.raises(InvalidTransition):
        case.conclude(a_judgement(a_finding("review")), frozenset(), at(), a_pre_approval())


@pytest.mark.parametrize("signatory", [AUTHOR, EDITOR])
def test_never_by_a_signatory_who_wrote_or_edited_the_action(signatory: str) -> None:
    case = Case.open(a_submission(), SLOT, at())
    with pytest.raises(SelfApproval):
        case.conclude(a_judgement(), frozenset(), at(), a_pre_approval(ROSA, signatory))


def test_it_releases_while_the_screen_has_no_objection() -> None:
    case = pre_approved()
    with pytest.raises(InvalidTransition):
        case.release("permit-1", a_judgement(a_finding("review")), at(IN_SLOT))
    case.release("permit-1", a_judgement(), at(IN_SLOT))
    assert case.state == "released"


def test_another_version_and_another_judgement_lose_it() -> None:
    case = pre_approved()
    case.rejudge(a_judgement(), frozenset(), at())
    assert (case.state, case.pre_approval) == ("in_review", None)
    case = pre_approved()
    case.revise(a_submission(2), SLOT, at())
    assert (case.state, case.pre_approval) == ("screening", None)


def test_a_stop_signal_pauses_it_and_it_resumes_as_approved() -> None:
    case = pre_approved()
    case.note_stops(frozenset({"opted_out"}), at())
    case.note_stops(frozenset(), at())
    assert (case.state, case.pre_approval) == ("approved", a_pre_approval())
