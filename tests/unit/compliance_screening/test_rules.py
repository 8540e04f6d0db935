"""Every rule's own examples, judged by that rule alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compliance.application.rules.rule_examples import changed, objections
from compliance.application.screening import screen, screen_plan
from compliance.domain.screening.rules import Example, Rule
from support.screening_builders import AS_OF, rules

EXAMPLES = [(rule, example) for rule in rules().rules for example in rule.examples]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=[f"{r.id}-{e.place}" for r, e in EXAMPLES])
def test_a_rule_objects_to_its_fails_and_not_to_its_passes(rule: Rule, example: Example) -> None:
    alone = replace(rules(), rules=(rule,))

    findings = objections(rule, example, alone, AS_OF)

    assert bool(findings) == example.objects


@pytest.mark.parametrize("rule", rules().rules, ids=lambda rule: f"{rule.id}-{rule.place}")
def test_every_rule_carries_both_kinds_of_example_and_says_what_would_pass(rule: Rule) -> None:
    assert {example.objects for example in rule.examples} == {True, False}
    assert rule.remedy.endswith(".")
    assert rule.source


def test_the_example_to_start_from_passes() -> None:
    assert screen(rules().example_base, rules(), AS_OF).findings == ()
    assert screen_plan(rules().plan_example_base, rules(), AS_OF).findings == ()


def test_no_example_of_any_rule_ends_in_a_condition_that_cannot_be_decided() -> None:
    for rule, example in EXAMPLES:
        findings = objections(rule, example, rules(), AS_OF)
        assert not [f for f in findings if "could not be decided" in f.message], (rule.id, example.place)


def test_a_rule_holds_only_between_its_dates() -> None:
    rule = next(rule for rule in rules().rules if rule.id == "CON-04")
    example = next(example for example in rule.examples if example.objects)
    snapshot = changed(rules().example_base, example.change)

    past = replace(rules(), rules=(replace(rule, valid_until="2026-11-16"),))
    future = replace(rules(), rules=(replace(rule, valid_from="2026-11-18"),))
    now = replace(rules(), rules=(replace(rule, valid_from="2026-11-17", valid_until="2026-11-17"),))

    assert screen(snapshot, past, AS_OF).verdict == "pass"
    assert screen(snapshot, future, AS_OF).verdict == "pass"
    assert screen(snapshot, now, AS_OF).verdict == "block"


def test_a_country_that_is_not_known_is_inside_every_country_scope() -> None:
    rule = next(rule for rule in rules().rules if rule.id == "EVT-05" and rule.severity == "block")
    example = next(example for example in rule.examples if example.objects)
    snapshot = changed(rules().example_base, example.change)
    for part in ("channel", "stakeholder", "company", "event"):
        snapshot[part] = dict(snapshot[part]) | {"country": None}

    assert screen(snapshot, replace(rules(), rules=(rule,)), AS_OF).verdict == "block"
