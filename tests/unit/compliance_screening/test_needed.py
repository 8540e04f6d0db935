"""Rules that want a flag or a fact which is not there are not asked, and that changes no answer."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest

from compliance.domain.screening.judgement import findings_of, look
from compliance.domain.screening.needed import Needed, needs_of
from support.metamorphic.own_actions import own_actions
from support.screening_builders import planned, rules

NOTHING: dict[str, Any] = {
    "own_medicine": {"named": False, "with_use": False},
    "results": {"own": False},
    "stakeholder": {"minor": False, "type": "hcp"},
    "event": None,
    "type": "post",
    "transfer_of_value": [],
    "doubts": {"unreadable": ""},
}
FOUND = {**NOTHING, "own_medicine": {"named": True, "with_use": False}}


def asked(facts: Mapping[str, Any], when: str, given: str | None = None, reads: tuple[str, ...] = ()) -> bool:
    return Needed([needs_of(when, given, reads)]).numbers(facts) == [0]


@pytest.mark.parametrize(
    "when",
    [
        "own_medicine.named",
        "own_medicine.named && actor.function != 'x'",
        "(a || b) && own_medicine.named && true",
        "own_medicine.named || results.own",
        "(own_medicine.with_use || (own_medicine.named && type == 'post')) && !results.own",
    ],
)
def test_a_rule_that_wants_a_name_is_silent_without_one(when: str) -> None:
    assert not asked(NOTHING, when)
    assert asked(FOUND, when)


@pytest.mark.parametrize(
    "when",
    [
        "event != null && event.hours > 3.0",
        "type in ['share', 'comment'] && event.hours > 3.0",
        "stakeholder.minor == true",
        "size(transfer_of_value) > 0",
        "transfer_of_value.exists(each, each.kind == 'fee')",
        'doubts.unreadable != ""',
        "false",
    ],
)
def test_so_is_one_that_wants_what_is_not_so(when: str) -> None:
    assert not asked(NOTHING, when)


@pytest.mark.parametrize(
    "when",
    [
        "!own_medicine.named",
        "true ? false : own_medicine.named",
        "own_medicine.named || !results.own",
        "type",
        "stakeholder.minor",
        "own_medicine.unheard_of",
        "event.hours != null",
        "event == null",
        "type != 'share'",
        "stakeholder.followers == true",
        "'own_medicine.named && false' == type",
    ],
)
def test_whatever_else_may_make_it_speak_is_asked(when: str) -> None:
    facts = {**NOTHING, "stakeholder": {"minor": None, "type": None}}
    assert asked(facts, when)


def test_a_rule_about_unknown_facts_is_asked_unless_it_does_not_concern_the_action() -> None:
    assert not asked(NOTHING, "own_medicine.named", reads=("stakeholder.minor",))
    assert asked(NOTHING, "own_medicine.named", reads=("stakeholder.minor", "event.country"))
    assert asked(NOTHING, "false", reads=("stakeholder.unheard_of",))
    assert not asked(NOTHING, "true", given="own_medicine.named", reads=("event.country",))
    assert asked(NOTHING, "own_medicine.named", given="type == 'post'")


def test_the_rules_that_are_not_asked_would_have_said_nothing() -> None:
    """Every packaged rule that concerns an action, over actions of many kinds, whole and with parts left out."""
    chance, few, many = random.Random(4), 0, 0
    for subject in [*(each.snapshot for each in own_actions()), planned()]:
        gone = chance.choice(("event", "target", "contract", "declaration", "text", "links", "unsolicited"))
        for snapshot in (subject, {name: value for name, value in subject.items() if name != gone}):
            looked = look(snapshot, rules(), as_of="2026-11-17")
            known, conditions = looked.known, rules().conditions.over(looked.known)
            about = rules().about(known, "2026-11-17")
            all_of_them = [rule for rule in rules().rules if rule.in_force("2026-11-17") and rule.scope.holds(known)]
            silent = [rule for rule in all_of_them if rule not in about]
            assert [rule for rule in silent if list(findings_of(rule, conditions, known, looked.detected))] == []
            few, many = few + len(about), many + len(all_of_them)
    assert few < many / 3
