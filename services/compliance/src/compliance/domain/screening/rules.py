"""A rule set as the engine sees it: rules with scope and dates, word lists, compiled conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from compliance.domain.findings import Finding, OverridePermission, Severity
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.needed import Needed, needs_of
from compliance.domain.screening.safety.model import SafetyModel
from compliance.domain.screening.text.fields import TextField

_MOST_KINDS = 4096
ACTION = "action"
PLAN = "plan"
ACTIONS = frozenset({ACTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whom a rule concerns. An empty set means everybody; an unknown country is inside every country scope.

    `subjects` are what it judges: planned actions, engagement plans. `later_countries` are sets that replace
    `countries`, each from its ISO date on, in order of date.
    """

    subjects: frozenset[str] = ACTIONS
    action_types: frozenset[str] = frozenset()
    audience: frozenset[str] = frozenset()
    person_types: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    later_countries: tuple[tuple[str, frozenset[str]], ...] = ()

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether the planned action is one this rule judges."""
        return (
            ACTION in self.subjects
            and (not self.action_types or facts["type"] in self.action_types)
            and (not self.audience or facts["audience"] in self.audience)
            and (not self.person_types or facts["stakeholder"]["type"] in self.person_types)
            and self.concerns(facts["countries"], facts["as_of"])
        )

    def countries_on(self, as_of: str) -> frozenset[str]:
        """The countries on an ISO date; membership of a group such as the EU changes."""
        countries = self.countries
        for since, members in self.later_countries:
            countries = members if since <= as_of else countries
        return countries

    def concerns(self, countries: Sequence[str | None], as_of: str) -> bool:
        """Whether any of the countries is in scope on an ISO date."""
        if not self.countries or not countries or None in countries:
            return True
        return not self.countries_on(as_of).isdisjoint(countries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A small change to a harmless snapshot and whether the rule must object to it."""

    objects: bool
    change: Mapping[str, Any]
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule as data. Dates are ISO texts, both inclusive; `reads` are the facts whose absence is not safe.

    `override` is for what `when` objects to, never for a fact that is not known.
    """

    id: str
    title: str
    severity: Severity
    message: str
    clause: str
    source: str
    remedy: str
    when: str
    given: str | None = None
    scope: Scope = field(default_factory=Scope)
    valid_from: str | None = None
    valid_until: str | None = None
    reads: tuple[str, ...] = ()
    unknown: Severity = "review"
    evidence: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    place: str = ""
    jurisdiction: str | None = None
    override: OverridePermission | None = None

    def in_force(self, as_of: str) -> bool:
        """Whether the rule holds on the ISO date `as_of`."""
        return (self.valid_from is None or self.valid_from <= as_of) and (
            self.valid_until is None or as_of <= self.valid_until
        )


class RulesOfAKind:
    """The rules that judge one kind of action on one day, of which an action is asked about few."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._needed = Needed(needs_of(rule.when, rule.given, rule.reads) for rule in self._rules)

    def about(self, facts: Mapping[str, Any]) -> list[Rule]:
        """The rules that may say something to these facts, in their order; all others are silent."""
        return [self._rules[number] for number in self._needed.numbers(facts)]


class Conditions(Protocol):
    """Compiled conditions of a rule set, by expression text."""

    def over(self, facts: Mapping[str, Any]) -> ConditionsOnFacts:
        """The same conditions on one snapshot's facts; facts are converted once."""
        ...


class ConditionsOnFacts(Protocol):
    """Conditions bound to the facts of one snapshot."""

    def holds(self, expression: str) -> bool:
        """Raises ConditionFailed when the expression cannot be decided on these facts."""
        ...


class ConditionFailed(Exception):
    """A condition met an operand it cannot work with. Never to be read as false."""


class ListedFindings(Protocol):
    """The phrase list of a company, looked for in what goes out."""

    def findings(self, fields: Iterable[TextField], facts: Mapping[str, Any], as_of: str) -> Iterable[Finding]:
        """A finding for each place of a phrase that is in force and in scope."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Rules, word lists, conditions and safety model that belong together; `sha256` identifies their content.

    `example_base` and `plan_example_base` are the harmless action and plan that the examples of rules change.

    `reads_by` identifies what texts are read by: words, medicines and model, not rules and figures; empty: not known.
    """

    sha256: str
    rules: tuple[Rule, ...]
    lexicon: Lexicon
    conditions: Conditions
    safety_model: SafetyModel
    example_base: Mapping[str, Any]
    listed_phrases: ListedFindings | None = None
    plan_example_base: Mapping[str, Any] = field(default_factory=dict[str, Any])
    reads_by: str = ""
    _kinds: dict[tuple[object, ...], RulesOfAKind] = field(
        default_factory=dict[tuple[object, ...], RulesOfAKind], init=False, repr=False, compare=False
    )

    def about(self, facts: Mapping[str, Any], as_of: str) -> list[Rule]:
        """The rules in force on an ISO date that judge such an action and may say something to these facts."""
        return self._of_kind(facts, as_of).about(facts)

    def _of_kind(self, facts: Mapping[str, Any], as_of: str) -> RulesOfAKind:
        """Remembered, for few kinds of action exist."""
        kind = (as_of, facts["type"], facts["audience"], facts["stakeholder"]["type"], *facts["countries"])
        known = self._kinds.get(kind)
        if known is None:
            if len(self._kinds) >= _MOST_KINDS:
                self._kinds.clear()
            known = RulesOfAKind(rule for rule in self.rules if rule.in_force(as_of) and rule.scope.holds(facts))
            self._kinds[kind] = known
        return known

    def concerning_plans(self, countries: Sequence[str | None], as_of: str) -> tuple[Rule, ...]:
        """The rules in force on an ISO date that judge an engagement plan for these countries."""
        return tuple(
            rule
            for rule in self.rules
            if PLAN in rule.scope.subjects and rule.in_force(as_of) and rule.scope.concerns(countries, as_of)
        )
