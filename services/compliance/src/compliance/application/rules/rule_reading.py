"""The rules of a rule set for people who read them: scope with names of country groups, examples, catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.domain.findings import OverridePermission, Severity
from compliance.domain.screening.contents import Dated, RuleSetContents
from compliance.domain.screening.listed_phrases import Kind
from compliance.domain.screening.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableCountries:
    """From an ISO date on (None: from ever) these country codes; `named` says them shorter, by groups."""

    since: str | None
    codes: Sequence[str]
    named: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableRule:
    """One rule, or one listed phrase with its `kind`. Empty lists of a scope mean everybody, everywhere.

    `subjects` are what it judges (`action`, `plan`); `passes` and `fails` are changes to a harmless snapshot that the
    rule must let pass or object to.
    """

    rule_id: str
    title: str
    severity: Severity
    message: str
    remedy: str
    clause: str
    source: str
    jurisdiction: str | None
    subjects: Sequence[str]
    action_types: Sequence[str]
    audience: Sequence[str]
    person_types: Sequence[str]
    countries: Sequence[ReadableCountries]
    valid_from: str | None
    valid_until: str | None
    given: str | None
    when: str
    reads: Sequence[str]
    unknown: Severity
    passes: Sequence[Mapping[str, Any]]
    fails: Sequence[Mapping[str, Any]]
    place: str
    phrase: str | None = None
    kind: Kind | None = None
    override: OverridePermission | None = None


def readable_rules(contents: RuleSetContents) -> tuple[ReadableRule, ...]:
    """Rules in order of id and place, then the phrase list."""
    rules = sorted(contents.rules, key=lambda rule: rule.id)
    return (
        *(_readable(rule, contents.groups) for rule in rules),
        *(_readable(one.rule, contents.groups, phrase=one.phrase, kind=one.kind) for one in contents.phrases),
    )


def named(codes: frozenset[str], groups: Mapping[str, Dated]) -> tuple[str, ...]:
    """The codes as few names: whole groups by their newest members, the largest first, then what is left.

    >>> named(frozenset({"DE", "FR", "CH"}), {"Two": (("2020-01-01", frozenset({"DE", "FR"})),)})
    ('Two', 'CH')
    """
    newest = [(name, rows[-1][1]) for name, rows in groups.items() if rows]
    names, left = list[str](), codes
    for name, members in sorted(newest, key=lambda each: (-len(each[1]), each[0])):
        if members and members <= left:
            names.append(name)
            left -= members
    return (*names, *sorted(left))


def _readable(
    rule: Rule, groups: Mapping[str, Dated], *, phrase: str | None = None, kind: Kind | None = None
) -> ReadableRule:
    scope = rule.scope
    return ReadableRule(
        rule_id=rule.id,
        title=rule.title,
        severity=rule.severity,
        message=rule.message,
        remedy=rule.remedy,
        clause=rule.clause,
        source=rule.source,
        jurisdiction=rule.jurisdiction,
        subjects=sorted(scope.subjects),
        action_types=sorted(scope.action_types),
        audience=sorted(scope.audience),
        person_types=sorted(scope.person_types),
        countries=[
            ReadableCountries(since=since, codes=sorted(codes), named=named(codes, groups))
            for since, codes in ((None, scope.countries), *scope.later_countries)
            if codes
        ],
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        given=rule.given,
        when="" if kind else rule.when,
        reads=rule.reads,
        unknown=rule.unknown,
        passes=[each.change for each in rule.examples if not each.objects],
        fails=[each.change for each in rule.examples if each.objects],
        place=rule.place,
        phrase=phrase,
        kind=kind,
        override=rule.override,
    )
