from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from compliance.domain.errors import AlreadyVoted, ContentChanged, MeaningMissing, PersonRequired, SelfApproval
from shared.kernel.errors import ConcurrentChange, InvalidTransition, InvalidValue
from support.compliance_builders import (
    AUTHOR,
    EDITOR,
    NOW,
    ROSA,
    SAM,
    SLOT,
    a_ballot,
    a_case,
    a_finding,
    a_judgement,
    a_submission,
    a_voter,
    an_approved_case,
    at,
)

IN_SLOT = SLOT.start + timedelta(minutes=1)


def test_a_block_goes_back_to_the_author_and_cannot_be_approved() -> None:
    case = a_case(a_judgement(a_finding("block")))
    assert case.state == "blocked"
    with pytest.raises(InvalidTransition):
        case.vote(a_ballot(case), a_voter(), NOW)


@pytest.mark.parametrize("author", [AUTHOR, EDITOR])
@pytest.mark.parametrize("decision", ["approve", "request_changes", "reject"])
def test_nobody_decides_on_what_they_wrote_or_edited(author: str, decision: Any) -> None:
    case = a_case()
    with pytest.raises(SelfApproval):
        case.vote(a_ballot(case, decision), a_voter(author), NOW)
    assert case.votes == ()


def test_a_program_does_not_decide() -> None:
    case = a_case()
    with pytest.raises(PersonRequired):
        case.vote(a_ballot(case), a_voter("compliance-service", is_person=False), NOW)


def test_a_signature_without_meaning_is_refused() -> None:
    case = a_case()
    with pytest.raises(MeaningMissing):
        case.vote(a_ballot(case, meaning="  "), a_voter(), NOW)


@pytest.mark.parametrize("decision", ["request_changes", "reject"])
def test_a_no_needs_a_reason(decision: Any) -> None:
    case = a_case()
    with pytest.raises(InvalidValue):
        case.vote(a_ballot(case, decision, reason=None), a_voter(), NOW)


def test_an_approval_is_bound_to_the_content_and_to_the_version_of_the_case() -> None:
    case = a_case()
    with pytest.raises(ContentChanged):
        case.vote(a_ballot(case, content_sha256="0" * 64), a_voter(), NOW)
    with pytest.raises(ConcurrentChange):
        case.vote(a_ballot(case, case_version=case.version - 1), a_voter(), NOW)


def test_two_approvals_are_two_people() -> None:
    case = a_case(a_judgement(approvals=2))
    case.vote(a_ballot(case), a_voter(ROSA), NOW)
    assert case.state == "in_review"
    with pytest.raises(AlreadyVoted):
        case.vote(a_ballot(case), a_voter(ROSA), NOW)
    case.vote(a_ballot(case), a_voter(SAM), NOW)
    assert case.state == "approved"


def test_nobody_approves_after_the_slot() -> None:
    case = a_case()
    with pytest.raises(InvalidTransition, match="slot"):
        case.vote(a_ballot(case), a_voter(), SLOT.end)


def test_a_revised_action_is_a_new_judgement_and_the_approval_is_void() -> None:
    case = an_approved_case()
    case.revise(a_submission(2, text="Thank you, once more."), SLOT, at())
    assert (case.state, case.votes, case.judgement) == ("screening", (), None)
    case.conclude(a_judgement(), frozenset(), at())
    with pytest.raises(InvalidTransition):
        case.release("permit-1", a_judgement(), at(IN_SLOT))


def test_an_older_revision_that_arrives_late_changes_nothing() -> None:
    case = an_approved_case()
    with pytest.raises(InvalidTransition):
        case.revise(a_submission(1), SLOT, at())
    assert case.state == "approved"


def test_a_changed_fact_voids_the_approval() -> None:
    case = an_approved_case()
    case.rejudge(a_judgement(), frozenset(), at())
    assert (case.state, case.approvals) == ("in_review", ())


def test_a_stop_pauses_whatever_is_queued_and_its_end_resumes_it() -> None:
    case = an_approved_case()
    case.note_stops(frozenset({"opted_out"}), at())
    assert case.state == "paused"
    with pytest.raises(InvalidTransition):
        case.release("permit-1", a_judgement(), at(IN_SLOT))
    case.note_stops(frozenset({"opted_out", "open_safety_case"}), at())
    case.note_stops(frozenset({"open_safety_case"}), at())
    assert case.state == "paused"
    case.note_stops(frozenset(), at())
    assert case.state == "approved"


def test_a_stop_takes_the_permit_of_a_released_case() -> None:
    case = an_approved_case()
    case.release("permit-1", a_judgement(), at(IN_SLOT))
    case.note_stops(frozenset({"do_not_engage"}), at(IN_SLOT))
    assert (case.state, case.permit_id) == ("paused", None)
    case.note_stops(frozenset(), at(IN_SLOT))
    assert case.state == "approved"
    with pytest.raises(InvalidTransition):
        case.redeem("permit-1", at(IN_SLOT))


def test_a_stop_that_is_in_force_when_the_action_arrives_pauses_it_at_once() -> None:
    assert a_case(stops=frozenset({"opted_out"})).state == "paused"


@pytest.mark.parametrize("moment", [SLOT.start - timedelta(seconds=1), SLOT.end])
def test_nothing_is_released_outside_its_slot(moment: Any) -> None:
    case = an_approved_case()
    with pytest.raises(InvalidTransition):
        case.release("permit-1", a_judgement(), at(moment))


def test_a_finding_that_no_approval_has_seen_stops_the_release() -> None:
    case = an_approved_case(a_judgement(a_finding("review", "TST-02")))
    for worse in (a_finding("review", "TST-03"), a_finding("block", "TST-02")):
        with pytest.raises(InvalidTransition):
            case.release("permit-1", a_judgement(a_finding("review", "TST-02"), worse), at(IN_SLOT))
    case.release("permit-1", a_judgement(a_finding("review", "TST-02")), at(IN_SLOT))
    assert case.state == "released"


def test_a_late_approval_expires() -> None:
    case = an_approved_case()
    with pytest.raises(InvalidTransition):
        case.expire(at(SLOT.end - timedelta(seconds=1)))
    case.expire(at(SLOT.end))
    assert case.state == "expired"


def test_what_was_carried_out_is_neither_revised_nor_withdrawn() -> None:
    case = an_approved_case()
    case.release("permit-1", a_judgement(), at(IN_SLOT))
    case.redeem("permit-1", at(IN_SLOT))
    with pytest.raises(InvalidTransition):
        case.withdraw(at(IN_SLOT))
    with pytest.raises(InvalidTransition):
        case.revise(a_submission(2), SLOT, at(IN_SLOT))


def test_a_vote_on_other_content_never_counts_as_an_approval() -> None:
    case = an_approved_case()
    record = case.stored
    record.votes = tuple(replace(vote, content_sha256="0" * 64) for vote in record.votes)
    assert case.approvals == ()
    with pytest.raises(InvalidTransition, match="approvals"):
        case.release("permit-1", a_judgement(), at(IN_SLOT))


def test_every_transition_has_an_event_of_its_own_version() -> None:
    case = an_approved_case()
    case.withdraw(at(by=AUTHOR))
    versions = [event.version for event in case.pull_events()]  # type: ignore[attr-defined] - all are StateChanges
    assert versions == list(range(1, case.version + 1))


def test_the_release_asks_for_as_many_approvals_as_are_required_then_and_now() -> None:
    more_now, fewer_now = an_approved_case(), a_case(a_judgement(approvals=2))
    fewer_now.vote(a_ballot(fewer_now), a_voter(ROSA), NOW)

    assert more_now.missing_steps(a_judgement(approvals=2).route)
    with pytest.raises(InvalidTransition, match="approvals are missing"):
        more_now.release("permit-1", a_judgement(approvals=2), at(SLOT.start))
    with pytest.raises(InvalidTransition, match="in_review, not approved"):
        fewer_now.release("permit-1", a_judgement(approvals=1), at(SLOT.start))
    assert not more_now.missing_steps(a_judgement(approvals=1).route)
