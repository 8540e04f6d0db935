"""A wording is used only after two different people who did not write it have signed exactly its text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from compliance.domain.errors import AlreadyVoted, ContentChanged, MeaningMissing, PersonRequired, SelfApproval
from compliance.domain.wordings.errors import NotASignatory, WordingRefused
from compliance.domain.wordings.terms import LaneTerms, SamplingRate
from compliance.domain.wordings.variables import Variable
from compliance.domain.wordings.wording import WordingSuspended, capacity_of
from shared.kernel.errors import ConcurrentChange, DomainError, InvalidTransition
from support.compliance_builders import NOW, ROSA, SAM, a_voter, at
from support.wording_builders import (
    NAME,
    PAT,
    TERMS,
    a_content,
    a_signature,
    a_wording,
    an_approved_wording,
    known,
    sign_by,
)

LATER = NOW + timedelta(days=400)


def test_two_signatures_approve_and_one_does_not() -> None:
    wording = a_wording()
    sign_by(wording, ROSA)
    assert (wording.state, wording.may_be_used(NOW)) == ("proposed", False)
    sign_by(wording, SAM)
    assert (wording.state, wording.may_be_used(NOW)) == ("approved", True)
    assert wording.pre_approval().signatories == {ROSA, SAM}


@pytest.mark.parametrize(
    ("by", "changes", "refusal"),
    [
        (PAT, {}, SelfApproval),
        (ROSA, {}, AlreadyVoted),
        (SAM, {"sha256": "b" * 64}, ContentChanged),
        (SAM, {"meaning": "  "}, MeaningMissing),
        (SAM, {"at": LATER}, InvalidTransition),
    ],
)
def test_who_or_what_does_not_sign(by: str, changes: dict[str, Any], refusal: type[DomainError]) -> None:
    wording = a_wording()
    sign_by(wording, ROSA)
    with pytest.raises(refusal):
        sign_by(wording, by, **changes)
    assert wording.state == "proposed"


def test_a_program_and_somebody_without_the_capacity_do_not_sign() -> None:
    with pytest.raises(PersonRequired):
        a_wording().sign(a_voter(ROSA, is_person=False), a_signature())
    with pytest.raises(NotASignatory):
        capacity_of(a_voter(ROSA), frozenset({"signatory"}))
    assert capacity_of(a_voter(ROSA, "signatory"), frozenset({"signatory", "reviewer"})) == "signatory"


def test_another_edition_needs_both_signatures_again_and_no_author_of_any_edition_signs_it() -> None:
    wording = an_approved_wording()
    other = a_wording(a_content(text="Thank you, {name}.", variables=(NAME,))).details
    with pytest.raises(ConcurrentChange):
        wording.revise(other, at(by=SAM))
    wording.revise(_edition(other, 2, by=SAM), at(by=SAM))
    assert (wording.state, wording.details.signatures) == ("proposed", ())
    for author in (PAT, SAM):
        with pytest.raises(SelfApproval):
            sign_by(wording, author)


def test_a_suspended_wording_comes_back_only_as_another_edition() -> None:
    wording = an_approved_wording()
    wording.suspend((), at(why="a sample failed"))
    assert not wording.may_be_used(NOW)
    suspended = [event for event in wording.pull_events() if isinstance(event, WordingSuspended)]
    assert [event.occasion.why for event in suspended] == ["a sample failed"]
    with pytest.raises(InvalidTransition):
        sign_by(wording, "third.reviewer")
    wording.revise(_edition(wording.details, 2, by=PAT), at(by=PAT))
    assert wording.state == "proposed"


def test_a_withdrawn_one_never_comes_back() -> None:
    wording = an_approved_wording()
    wording.withdraw(at())
    with pytest.raises(InvalidTransition):
        wording.revise(_edition(wording.details, 2, by=PAT), at())


def test_it_is_used_from_its_first_to_its_last_day() -> None:
    wording = an_approved_wording(a_content(valid_from=date(2026, 11, 24), valid_until=date(2026, 11, 25)))
    days = [NOW + timedelta(days=offset) for offset in range(4)]  # from 23 November
    assert [wording.may_be_used(day) for day in days] == [False, True, True, False]
    with pytest.raises(InvalidTransition):
        wording.expire(at(days[2]))
    wording.expire(at(days[3]))
    assert wording.state == "expired"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("action_types", {"action_types": frozenset({"share"})}),
        ("action_types", {"action_types": frozenset()}),
        ("countries", {"countries": frozenset()}),
        ("valid_until", {"valid_until": date(2027, 11, 2)}),
        ("valid_until", {"valid_until": date(2026, 10, 1)}),
        ("valid_until", {"valid_from": date(2026, 10, 1), "valid_until": date(2026, 11, 22)}),
        ("variables", {"text": "Thank you, {name} and {nobody}."}),
        ("variables", {"text": "Thank you."}),
        ("text", {"text": "{name}", "variables": (NAME,)}),
        ("text", {"text": "Thank\u200b you, {name}.", "variables": (NAME,)}),
        ("text", {"text": "Thank you, {name}}.", "variables": (NAME,)}),
        ("text", {"text": " Thank you, {name}.", "variables": (NAME,)}),
        ("hashtags", {"hashtags": ("\u202e",)}),
        ("variables[1]", {"text": "Thank you, {name}.", "variables": (NAME, NAME)}),
    ],
)
def test_what_cannot_be_approved_in_advance(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(WordingRefused) as refused:
        a_content(**changes).check(12, NOW)
    assert field in {part.field for part in refused.value.parts}


def test_a_year_is_twelve_months_to_the_day() -> None:
    a_content(valid_from=date(2026, 11, 30), valid_until=date(2027, 11, 30)).check(12, NOW)
    a_content(valid_from=date(2026, 8, 31), valid_until=date(2027, 2, 28)).check(6, NOW)


@pytest.mark.parametrize(
    "variable",
    [
        Variable(name="free", kind="choice"),
        Variable(name="Free", kind="person_name"),
        Variable(name="day", kind="slot_day"),
        Variable(name="day", kind="slot_day", timezone="Mars/Base"),
        Variable(name="day", kind="slot_day", timezone="../../etc/passwd"),
        Variable(name="name", kind="person_name", choices=("x",)),
        Variable(name="topic", kind="choice", choices=("sleep", "sleep apnoea")),
        Variable(name="topic", kind="choice", choices=("sleep", "sleep")),
        Variable(name="topic", kind="choice", choices=("a{b}",)),
        Variable(name="topic", kind="choice", choices=tuple("abcdefghijklmnopqrstu")),
    ],
)
def test_a_variable_is_a_known_fact_or_a_bounded_choice(variable: Variable) -> None:
    assert list(variable.objections())


def test_everything_it_can_become_is_rendered() -> None:
    texts = [each["text"] for each in a_content().renderings(known())]
    assert {text.split(" on ")[1].split(",")[0] for text in texts} == {"sleep", "nutrition"}
    many = tuple(Variable(name=f"v{n}", kind="choice", choices=tuple("abcdefgh")) for n in range(3))
    content = a_content(text="{v0}-{v1}-{v2}", variables=many)
    rendered = [each["text"] for each in content.renderings(known())]
    assert all({text[place] for text in rendered} == set("abcdefgh") for place in (0, 2, 4))
    assert len(rendered) < 100


def test_before_a_rate_begins_everything_is_looked_at() -> None:
    assert TERMS.percent_at(NOW) == 10
    later = (SamplingRate(begins=date(2026, 12, 1), percent=5), SamplingRate(begins=date(2026, 11, 1), percent=20))
    terms = LaneTerms(longest_months=6, review_within=timedelta(days=1), rates=later)
    moments = (NOW - timedelta(days=60), NOW, NOW + timedelta(days=30))
    assert [terms.percent_at(moment) for moment in moments] == [100, 20, 5]


def _edition(file: Any, edition: int, *, by: str) -> Any:
    return replace(file, edition=edition, written_by=(by,), signatures=())
