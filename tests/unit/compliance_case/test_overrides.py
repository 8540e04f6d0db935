"""A block is overridden where its rule allows it, by two named people who neither wrote nor review it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from compliance.application.release import agreed_by
from compliance.domain.case_events import CaseOverridden, CaseOverrideSigned
from compliance.domain.errors import (
    AlreadyVoted,
    ContentChanged,
    MeaningMissing,
    NotYourOverride,
    OverrideNotAllowed,
    OverrideRefused,
    PersonRequired,
    SelfApproval,
)
from compliance.domain.events import StateChange
from compliance.domain.findings import Evidence
from shared.kernel.errors import ConcurrentChange, InvalidTransition, InvalidValue
from support.compliance_builders import (
    AUTHOR,
    EDITOR,
    NOW,
    ROSA,
    SLOT,
    a_ballot,
    a_case,
    a_finding,
    a_judgement,
    a_submission,
    a_voter,
    at,
)
from support.override_builders import (
    LEAVE,
    LEX,
    MIA,
    NO_STOPS,
    SOL,
    WORDS,
    a_block,
    a_blocked_case,
    an_overridden_case,
    an_override_ballot,
    overrule,
)

IN_SLOT = SLOT.start + timedelta(minutes=1)
OTHER = a_block("HSE-02", WORDS["pushy"][1])


def test_two_people_lead_a_blocked_case_into_its_normal_review() -> None:
    case = a_blocked_case()
    overrule(case, MIA)
    assert case.state == "blocked"
    overrule(case, SOL)
    assert case.state == "in_review"
    assert [step.step.name for step in case.progress] == ["review"]
    case.vote(a_ballot(case), a_voter(ROSA), NOW)
    assert case.state == "approved"


def test_one_person_is_never_two() -> None:
    case = a_blocked_case()
    overrule(case, MIA)
    with pytest.raises(AlreadyVoted):
        overrule(case, MIA)
    assert case.state == "blocked"


@pytest.mark.parametrize("author", [AUTHOR, EDITOR])
@pytest.mark.parametrize("decision", ["override", "refuse"])
def test_nobody_overrides_the_block_of_what_they_wrote_or_edited(author: str, decision: Any) -> None:
    case = a_blocked_case()
    with pytest.raises(SelfApproval):
        overrule(case, author, decision=decision)


def test_a_rule_that_does_not_say_so_is_never_overridden() -> None:
    case = a_blocked_case(a_block(leave=None))
    with pytest.raises(OverrideNotAllowed, match="HSE-01"):
        overrule(case, MIA)


def test_where_one_block_may_be_overridden_and_another_not_neither_is() -> None:
    case = a_blocked_case(a_block(), a_block("LAW-01", None))
    for rule_ids in ((), ("HSE-01",)):
        with pytest.raises(OverrideNotAllowed, match="LAW-01"):
            overrule(case, MIA, *rule_ids)
    assert case.overrides == ()


def test_who_holds_no_capacity_of_the_rule_does_not_override_it() -> None:
    case = a_blocked_case()
    with pytest.raises(NotYourOverride, match="medical or signatory"):
        overrule(case, LEX)


def test_each_block_needs_two_of_its_own() -> None:
    case = a_blocked_case(a_block(), OTHER)
    with pytest.raises(NotYourOverride, match="HSE-02"):
        overrule(case, MIA)
    overrule(case, MIA, "HSE-01")
    overrule(case, SOL)
    assert case.state == "blocked"
    overrule(case, LEX, "HSE-02")
    assert case.state == "in_review"


def test_a_rule_that_does_not_block_is_not_overridden() -> None:
    case = a_blocked_case(a_block(), a_finding("review", "TST-09"))
    for rule_ids in (frozenset({"TST-09"}), frozenset({"NO-SUCH"}), frozenset[str]()):
        with pytest.raises(InvalidValue):
            overrule(case, MIA, rule_ids=rule_ids)


def test_only_a_blocked_case_is_overridden() -> None:
    for case in (a_case(), an_overridden_case()):
        with pytest.raises(InvalidTransition):
            overrule(case, "nils.medical")


def test_an_override_says_what_it_means_and_why_and_is_a_persons() -> None:
    case = a_blocked_case()
    with pytest.raises(MeaningMissing):
        overrule(case, MIA, meaning=" ")
    for decision in ("override", "refuse"):
        with pytest.raises(InvalidValue, match="reason"):
            overrule(case, MIA, reason=" ", decision=decision)
    with pytest.raises(PersonRequired):
        case.override(an_override_ballot(case), a_voter(MIA, "medical", is_person=False), NO_STOPS, NOW)
    assert case.overrides == ()


def test_an_override_is_of_what_was_read() -> None:
    case = a_blocked_case()
    with pytest.raises(ContentChanged):
        overrule(case, MIA, content_sha256="0" * 64)
    with pytest.raises(ConcurrentChange):
        overrule(case, MIA, case_version=case.version - 1)
    with pytest.raises(InvalidTransition):
        case.override(an_override_ballot(case), a_voter(MIA, "medical"), NO_STOPS, SLOT.end)


def test_a_no_ends_it_for_this_version() -> None:
    case = a_blocked_case()
    overrule(case, MIA)
    overrule(case, ROSA, decision="refuse", reason="three times is enough")
    assert case.state == "blocked"
    with pytest.raises(OverrideRefused, match="refused"):
        overrule(case, SOL)
    assert [standing.missing for standing in case.blocks(a_judgement(a_block()))] == [2]
    case.revise(a_submission(2, text="Better words."), SLOT, at())
    case.conclude(a_judgement(a_block()), NO_STOPS, at())
    overrule(case, MIA)
    overrule(case, SOL)
    assert case.state == "in_review"


def test_who_overrode_the_block_does_not_review_it_and_may_still_stop_it() -> None:
    case = an_overridden_case()
    with pytest.raises(AlreadyVoted, match="overrode"):
        case.vote(a_ballot(case), a_voter(MIA, "medical"), NOW)
    assert case.progress[0].approved_by == ()
    case.vote(a_ballot(case, "reject"), a_voter(MIA, "medical"), NOW)
    assert case.state == "rejected"


def test_a_stop_signal_holds_what_was_overridden() -> None:
    case = a_blocked_case()
    overrule(case, MIA)
    case.override(an_override_ballot(case), a_voter(SOL, "signatory"), frozenset({"opted_out"}), NOW)
    assert case.state == "paused"


@pytest.mark.parametrize("change", ["revision", "judged again"])
def test_a_revision_and_a_new_judgement_void_what_was_overridden(change: str) -> None:
    for case in (a_blocked_case(), an_overridden_case()):
        if case.state == "blocked":
            overrule(case, MIA)
        if change == "revision":
            case.revise(a_submission(2, text="Other words."), SLOT, at())
            case.conclude(a_judgement(a_block()), NO_STOPS, at())
        else:
            case.rejudge(a_judgement(a_block()), NO_STOPS, at())
        assert case.state == "blocked"
        assert case.overrides == ()


FIRST = a_block(evidence=Evidence("text", 0, 5, "Thank"))
SAME = a_judgement(FIRST)


@pytest.mark.parametrize(
    "now",
    [
        a_judgement(replace(FIRST, message="5 contacts, not 4")),
        a_judgement(replace(FIRST, evidence=Evidence("text", 0, 5, "Thanx"))),
        a_judgement(replace(FIRST, evidence=Evidence("text", 1, 6, "Thank"))),
        a_judgement(replace(FIRST, override=None)),
        a_judgement(replace(FIRST, override=replace(LEAVE, by=("legal",)))),
        a_judgement(FIRST, OTHER),
        replace(SAME, rule_set="rules-2"),
        replace(SAME, findings=()),
    ],
)
def test_a_block_at_release_that_is_not_the_one_overridden_is_not_released(now: Any) -> None:
    case = a_overridden_and_approved()
    assert case.is_blocked_by(now)
    with pytest.raises(InvalidTransition, match="found"):
        case.release("permit-1", now, at(IN_SLOT))
    case.release("permit-1", SAME, at(IN_SLOT))
    assert case.state == "released"


def test_a_block_that_is_gone_at_release_holds_nothing() -> None:
    case = a_overridden_and_approved()
    case.release("permit-1", a_judgement(), at(IN_SLOT))
    assert case.state == "released"


def a_overridden_and_approved() -> Any:
    case = an_overridden_case(FIRST)
    case.vote(a_ballot(case), a_voter(ROSA), NOW)
    return case


def test_the_ledger_is_told_who_overrode_what_and_every_later_entry_says_overridden() -> None:
    case = an_overridden_case()
    told = [event for event in case.pull_events() if isinstance(event, StateChange)]
    first, second, done = told[-3:]
    assert [(type(event), event.occasion.by) for event in (first, second)] == [
        (CaseOverrideSigned, MIA),
        (CaseOverrideSigned, SOL),
    ]
    assert first.evidence()["for_rules"] == ["HSE-01"]
    assert first.evidence()["capacities"] == ["medical"]
    assert first.personal()["findings"] == [a_block().as_json()]
    assert "overridden" not in first.evidence()
    assert (type(done), done.evidence()["overridden"]) == (CaseOverridden, ["HSE-01"])
    case.vote(a_ballot(case), a_voter(ROSA), NOW)
    later = [event for event in case.pull_events() if isinstance(event, StateChange)]
    assert [event.evidence()["overridden"] for event in later] == [["HSE-01"]] * 2


def test_what_a_permit_holds_the_hash_of_names_those_who_overrode() -> None:
    case = a_overridden_and_approved()
    assert [(each["by"], each.get("overridden")) for each in agreed_by(case)] == [
        (MIA, ["HSE-01"]),
        (SOL, ["HSE-01"]),
        (ROSA, None),
    ]
