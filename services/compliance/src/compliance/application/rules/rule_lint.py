"""What is not wrong in a rule set but deserves a second look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from compliance.application.rules.rule_examples import objections
from compliance.domain.screening.contents import RuleSetContents
from compliance.domain.screening.rules import Rule, RuleSet, Scope

_SOON_DAYS = 60
_LONGEST_REMEDY = 200
_WEAKENING = {
    "negation": "what follows such a word is not read as a claim",
    "common_word": "such a name is an ordinary word and not a medicine",
    "common_word_elsewhere": "such a name is an ordinary word in texts that are not English",
    "stop_name": "such a name is not looked for",
    "abbreviation": "a full stop after it does not end a sentence",
}


@dataclass(frozen=True, slots=True, order=True)
class Warned:
    """One warning and what to do; `place` is `file:line`, a file, or the name of a list."""

    place: str
    wrong: str
    remedy: str


def warnings_of(rule_set: RuleSet, contents: RuleSetContents, as_of: date) -> tuple[Warned, ...]:
    """All warnings as of a day, in order of place."""
    found = [
        *_replacements(contents),
        *(warned for rule in rule_set.rules for warned in _of_rule(rule, rule_set)),
        *(warned for rule in rule_set.rules for warned in _dates(rule, as_of.isoformat())),
        *(warned for one in contents.phrases for warned in _dates(one.rule, as_of.isoformat())),
        *_figures(contents, as_of),
        *_countries(contents),
    ]
    return tuple(sorted(set(found)))


def additions(packaged: RuleSetContents, own: RuleSetContents) -> tuple[Warned, ...]:
    """Words a company adds to lists that let more pass."""
    return tuple(
        Warned(f"words {name}", f"adds {', '.join(sorted(added))}: {why}", "take them out unless that is meant")
        for name, why in _WEAKENING.items()
        if (added := own.words.get(name, frozenset()) - packaged.words.get(name, frozenset()))
    )


def _replacements(contents: RuleSetContents) -> Iterator[Warned]:
    for one in contents.replaced:
        problem = f"takes the place of the packaged {one.subject} ({one.why})"
        yield Warned(one.by, problem, "compare the two with `rapport rules diff packaged FOLDER`")


def _of_rule(rule: Rule, rule_set: RuleSet) -> Iterator[Warned]:
    kinds = {example.objects for example in rule.examples}
    for objects, name in ((False, "passes"), (True, "fails")):
        if objects not in kinds:
            yield Warned(rule.place, f"{rule.id} has no example of `{name}`", f"add one; `{name}: [{{}}]` is the least")
    if rule.source.casefold() in {"none", "-", "?", "unknown"}:
        yield Warned(rule.place, f"{rule.id} has no source", "name the law, code or decision it rests on")
    if not rule.remedy.endswith(".") or len(rule.remedy) > _LONGEST_REMEDY or ". " in rule.remedy:
        yield Warned(rule.place, f"the remedy of {rule.id} is not one sentence", "say in one sentence what would pass")
    if "{quote}" in rule.message and not rule.evidence:
        yield Warned(rule.place, f"{rule.id} tells {{quote}} but cites no evidence", "name a detector in `evidence`")
    if rule.when == "true" and rule.given is None and rule.scope == Scope():
        yield Warned(rule.place, f"{rule.id} objects to everything", "say what it objects to in `when`")
    if rule.when != "false" and True in kinds and not _ever_true(rule, rule_set):
        problem = f"the condition of {rule.id} is not true for any of its own `fails`; only unknown facts object there"
        yield Warned(rule.place, problem, "add an example the condition itself objects to")


def _ever_true(rule: Rule, rule_set: RuleSet) -> bool:
    only_condition = replace(rule_set, rules=(replace(rule, reads=()),), listed_phrases=None)
    day = date.fromisoformat(rule.valid_from or rule.valid_until or "2026-01-01")
    return any(
        any("could not be decided" not in one.message for one in objections(rule, example, only_condition, day))
        for example in rule.examples
        if example.objects
    )


def _dates(rule: Rule, day: str) -> Iterator[Warned]:
    if rule.valid_until is not None and rule.valid_until < day:
        yield Warned(rule.place, f"{rule.id} ended on {rule.valid_until}", "take it out, or give it a new date")
    if rule.valid_from is not None and rule.valid_from > day:
        yield Warned(rule.place, f"{rule.id} does not hold before {rule.valid_from}", "nothing, if that is meant")


def _figures(contents: RuleSetContents, as_of: date) -> Iterator[Warned]:
    day, soon = as_of.isoformat(), (as_of + timedelta(days=_SOON_DAYS)).isoformat()
    for figure in contents.figures:
        name = f"figure {figure.name}" + (f" ({figure.country})" if figure.country else "")
        later = [one for one in contents.figures if (one.name, one.country) == (figure.name, figure.country)]
        ends = figure.valid_until
        if ends is not None and day <= ends <= soon and not any(one.valid_from > figure.valid_from for one in later):
            yield Warned(name, f"ends on {ends}, and nothing follows it", "add the row that holds from then on")
        if not figure.sourced and figure.in_force(day):
            yield Warned(name, "has no source; nothing passes because of it alone", "confirm it and name the source")
        if ends is not None and ends < day and not any(one.in_force(day) or one.valid_from > day for one in later):
            yield Warned(name, f"ended on {ends}, and nothing holds today", "add the row that holds now")


def _countries(contents: RuleSetContents) -> Iterator[Warned]:
    grouped = {country for dated in contents.groups.values() for _, countries in dated for country in countries}
    grouped |= {figure.country for figure in contents.figures if figure.country}
    if not grouped:
        return
    for rule in contents.rules:
        for country in sorted(rule.scope.countries - grouped):
            problem = f"{rule.id} is for {country}, which is in no country group and has no figure"
            yield Warned(rule.place, problem, "check the code")
