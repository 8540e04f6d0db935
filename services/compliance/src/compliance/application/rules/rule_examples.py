"""Running the examples that rules carry, and cases with an expected verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from compliance.application.screening import screen, screen_plan
from compliance.domain.findings import Finding
from compliance.domain.screening.listed_phrases import ListedPhrase, ListedPhrases
from compliance.domain.screening.rules import PLAN, Example, Rule, RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One example: what it is of, where it stands, what was expected and what came of it."""

    subject: str
    place: str
    expected: str
    got: str
    right: bool


def changed(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `changes` merged into it, mapping by mapping."""
    merged = dict(base)
    for name, value in changes.items():
        old = merged.get(name)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            merged[name] = changed(cast("Mapping[str, Any]", old), cast("Mapping[str, Any]", value))
        else:
            merged[name] = value
    return merged


def example_outcomes(rule_set: RuleSet, as_of: date) -> Iterator[Outcome]:
    """Every rule's examples, judged by that rule alone on the day, or on the nearest day it is in force.

    Each example to start from is judged by all rules: it has to pass, or no example shows anything.
    """
    for name, base, judge in (
        ("example_base", rule_set.example_base, screen),
        ("plan_example_base", rule_set.plan_example_base, screen_plan),
    ):
        found = judge(base, rule_set, as_of).findings if base else ()
        if base:
            got = "; ".join(f"{one.rule_id}: {one.message}" for one in found) or "nothing"
            yield Outcome(subject=name, place=name, expected="no objection", got=got, right=not found)
    for rule in rule_set.rules:
        alone = replace(rule_set, rules=(rule,), listed_phrases=None)
        for example in rule.examples:
            yield _outcome(rule, example, alone, as_of)


def objections(rule: Rule, example: Example, rule_set: RuleSet, as_of: date) -> tuple[Finding, ...]:
    """What a rule set says on a day to an example of one of its rules: a changed plan, or a changed action."""
    if PLAN in rule.scope.subjects:
        return screen_plan(changed(rule_set.plan_example_base, example.change), rule_set, as_of).findings
    return screen(changed(rule_set.example_base, example.change), rule_set, as_of).findings


def phrase_outcomes(rule_set: RuleSet, as_of: date) -> Iterator[Outcome]:
    """Every listed phrase that is a text is found in itself."""
    listed = rule_set.listed_phrases
    entries = listed.entries if isinstance(listed, ListedPhrases) else ()
    for one in entries:
        if one.kind != "regex":
            yield _found_in_itself(one, rule_set, as_of)


def case_outcome(case: Mapping[str, Any], snapshot: Mapping[str, Any], rule_set: RuleSet, as_of: date) -> Outcome:
    """A case `{id, snapshot, expected, acceptable?, safety_handover?}` judged by all rules."""
    answer = screen(snapshot, rule_set, as_of)
    wanted: list[str] = list(case.get("acceptable") or [case["expected"]])
    handover = case.get("safety_handover")
    right = answer.verdict in wanted and handover in {None, answer.safety_handover}
    by = sorted({one.rule_id for one in answer.findings if one.severity == answer.verdict})
    expected = " or ".join(wanted) + (" and drug safety" if handover else "")
    got = (
        answer.verdict + (" and drug safety" if answer.safety_handover else "") + (f" ({', '.join(by)})" if by else "")
    )
    name = str(case.get("id") or snapshot.get("action_id"))
    return Outcome(subject=name, place=name, expected=expected, got=got, right=right)


def _outcome(rule: Rule, example: Example, alone: RuleSet, as_of: date) -> Outcome:
    findings = objections(rule, example, alone, date.fromisoformat(_day_in_force(rule, as_of.isoformat())))
    return Outcome(
        subject=f"{rule.id} {rule.title}",
        place=example.place,
        expected="an objection" if example.objects else "no objection",
        got=findings[0].message if findings else "no objection",
        right=bool(findings) == example.objects,
    )


def _day_in_force(rule: Rule, day: str) -> str:
    if rule.valid_until is not None and rule.valid_until < day:
        return rule.valid_until
    return max(day, rule.valid_from or day)


def _found_in_itself(one: ListedPhrase, rule_set: RuleSet, as_of: date) -> Outcome:
    everywhere = replace(rule_set, rules=())
    snapshot = changed(_in_scope(one.rule, rule_set.example_base, as_of.isoformat()), {"text": f"So: {one.phrase}."})
    day = date.fromisoformat(_day_in_force(one.rule, as_of.isoformat()))
    messages = [each.message for each in screen(snapshot, everywhere, day).findings if each.rule_id == one.rule.id]
    return Outcome(
        subject=f"{one.rule.id} {one.rule.title}",
        place=one.rule.place,
        expected="an objection",
        got=messages[0] if messages else "no objection",
        right=bool(messages),
    )


def _in_scope(rule: Rule, base: Mapping[str, Any], day: str) -> dict[str, Any]:
    scope, changes = rule.scope, dict[str, Any]()
    if scope.action_types:
        changes["type"] = min(scope.action_types)
    if scope.audience:
        platform = "x" if "public" in scope.audience else "email"
        changes["channel"] = {"audience": min(scope.audience, key=lambda one: one != "public"), "platform": platform}
    if scope.person_types:
        changes["stakeholder"] = {"type": min(scope.person_types)}
    if scope.countries:
        changes["company"] = {"country": min(scope.countries_on(day))}
    return changed(base, changes)
