"""Telling rules apart that share an id: judged under a name of their own, findings say which row spoke."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from compliance.domain.findings import Finding
from compliance.domain.screening.listed_phrases import ListedPhrase, ListedPhrases
from compliance.domain.screening.rules import Rule, RuleSet

_BETWEEN = "\x1f"


def named_rows(rule_set: RuleSet) -> RuleSet:
    """The same rule set, whose findings carry id and title; the verdicts are the same."""
    listed = rule_set.listed_phrases
    if isinstance(listed, ListedPhrases):
        listed = listed.renamed([replace(one, rule=_named(one.rule)) for one in listed.entries])
    return replace(rule_set, rules=tuple(_named(rule) for rule in rule_set.rules), listed_phrases=listed)


def rows_of(rule_set: RuleSet) -> tuple[Rule, ...]:
    """Every row of a rule set, listed phrases included."""
    listed = rule_set.listed_phrases
    entries: Iterable[ListedPhrase] = listed.entries if isinstance(listed, ListedPhrases) else ()
    return (*rule_set.rules, *(one.rule for one in entries))


def only_rows(rule_set: RuleSet, wanted: Callable[[Rule], bool]) -> RuleSet:
    """The rule set with those of its rows alone; none of its listed phrases where none of them is wanted."""
    listed = rule_set.listed_phrases
    if isinstance(listed, ListedPhrases):
        listed = listed.among({number for number, one in enumerate(listed.entries) if wanted(one.rule)})
    return replace(rule_set, rules=tuple(rule for rule in rule_set.rules if wanted(rule)), listed_phrases=listed)


def row_of(finding: Finding) -> tuple[str, str]:
    """Id and title of the rule a finding of `named_rows` is from."""
    rule_id, _, title = finding.rule_id.partition(_BETWEEN)
    return rule_id, title


def _named(rule: Rule) -> Rule:
    return replace(rule, id=f"{rule.id}{_BETWEEN}{rule.title}")
