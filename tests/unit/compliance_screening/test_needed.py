"""Rules that want a detector which found nothing are not asked, and that changes no answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compliance.domain.findings import Evidence
from compliance.domain.screening.needed import may_speak
from compliance.domain.screening.rules import Rule
from support.screening_builders import rules

NOTHING = {"own_medicine.named": (), "results.own": ()}
FOUND = {**NOTHING, "own_medicine.named": (Evidence("text", 0, 7, "Velorin"),)}


def a_rule(when: str, **changes: object) -> Rule:
    return replace(rules().rules[0], when=when, **{"given": None, "reads": (), **changes})  # type: ignore[arg-type] - by name


@pytest.mark.parametrize(
    "when",
    ["own_medicine.named", "own_medicine.named && actor.function != 'x'", "(a || b) && own_medicine.named && true"],
)
def test_a_rule_that_wants_a_name_is_silent_without_one(when: str) -> None:
    assert not may_speak(a_rule(when), NOTHING)
    assert may_speak(a_rule(when), FOUND)


@pytest.mark.parametrize(
    "when", ["own_medicine.named || results.own", "!own_medicine.named", "true ? false : own_medicine.named", "type"]
)
def test_whatever_else_may_make_it_speak_is_asked(when: str) -> None:
    assert may_speak(a_rule(when), NOTHING)


def test_a_rule_about_unknown_facts_is_asked_unless_it_does_not_concern_the_action() -> None:
    assert may_speak(a_rule("own_medicine.named", reads=("stakeholder.minor",)), NOTHING)
    assert not may_speak(a_rule("true", given="own_medicine.named", reads=("stakeholder.minor",)), NOTHING)
    assert may_speak(a_rule("own_medicine.named", given="type == 'post'"), NOTHING)
