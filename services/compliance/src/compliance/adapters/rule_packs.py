"""Rule packs: the YAML files that rules, word lists and figures are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from shared.contracts.hashing import sha256_of

from compliance.adapters.cel_conditions import CelConditions, UnusableCondition, compiled
from compliance.adapters.located_yaml import Mapping, UnusableRuleFile, read
from compliance.domain.screening.findings import Severity
from compliance.domain.screening.lexicon import CONCEPT, Figure, Lexicon
from compliance.domain.screening.normal import words
from compliance.domain.screening.phrases import PhraseIndex, UnusablePhrase, parsed
from compliance.domain.screening.rules import Example, Rule, RuleSet, Scope

PACKAGED = Path(__file__).parent.parent / "rules"
_SEVERITIES: tuple[str, ...] = get_args(Severity)
_RULE_ID = re.compile(r"[A-Z]{2,5}-\d{2}[a-z]?")
_TEXTS = ("id", "title", "severity", "when", "clause", "source", "remedy")
_KEYS = frozenset(
    {
        *_TEXTS,
        "message",
        "given",
        "scope",
        "valid_from",
        "valid_until",
        "reads",
        "unknown",
        "evidence",
        "passes",
        "fails",
    }
)
_SCOPES = frozenset({"action_types", "audience", "person_types", "countries"})
_SECTIONS = frozenset({"about", "rules", "phrases", "words", "diseases", "figures", "example_base"})
_WORD_SETS = ("negation", "common_word", "salt", "indication_filler", "company_form")


def load_rule_set(folder: Path | None = None) -> RuleSet:
    """The rule set in a folder of `*.yaml` packs, by default the packaged one.

    Raises UnusableRuleFile, whose message starts with `file:line:`.
    """
    return _load((folder or PACKAGED).resolve())


@lru_cache(maxsize=4)
def _load(folder: Path) -> RuleSet:
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise UnusableRuleFile(folder, 1, "holds no *.yaml rule pack")
    packs = [(path, read(path)) for path in paths]
    for path, pack in packs:
        _only(path, pack, _SECTIONS)
    rules = tuple(rule for path, pack in packs for rule in _rules(path, pack))
    _unique(packs, rules)
    return RuleSet(
        sha256=sha256_of({path.name: pack for path, pack in packs}),
        rules=tuple(sorted(rules, key=lambda rule: rule.id)),
        lexicon=_lexicon(packs),
        conditions=CelConditions(each for rule in rules for each in (rule.when, rule.given) if each),
        example_base=next((pack["example_base"] for _, pack in packs if "example_base" in pack), {}),
    )


def _rules(path: Path, pack: Mapping) -> Iterator[Rule]:
    for entry in pack.get("rules") or ():
        if not isinstance(entry, Mapping):
            raise UnusableRuleFile(path, pack.lines["rules"], "a rule is a mapping with id, when, message, ...")
        yield _rule(path, entry)


def _rule(path: Path, entry: Mapping) -> Rule:
    _only(path, entry, _KEYS)
    needed = _TEXTS if entry.get("when") == "false" and entry.get("reads") else (*_TEXTS, "message")
    for name in needed:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise UnusableRuleFile(path, entry.lines.get(name, entry.line), f"the rule needs a text for {name!r}")
    if not _RULE_ID.fullmatch(entry["id"]):
        raise UnusableRuleFile(path, entry.lines["id"], f"{entry['id']!r} is not an id such as PUB-01")
    for name in ("severity", "unknown"):
        if entry.get(name, "review") not in _SEVERITIES:
            raise UnusableRuleFile(path, entry.lines[name], f"{name} is one of {', '.join(_SEVERITIES)}")
    for name in ("when", "given"):
        if entry.get(name):
            _compiles(path, entry.lines[name], entry[name])
    return Rule(
        **{name: " ".join(entry[name].split()) for name in _TEXTS if name not in {"when", "severity"}},
        message=" ".join(entry.get("message", "").split()),
        severity=entry["severity"],
        when=entry["when"],
        given=entry.get("given"),
        scope=_scope(path, entry),
        valid_from=_day(path, entry, "valid_from"),
        valid_until=_day(path, entry, "valid_until"),
        reads=tuple(entry.get("reads") or ()),
        unknown=entry.get("unknown", "review"),
        evidence=tuple(entry.get("evidence") or ()),
        examples=tuple(_examples(path, entry)),
        place=f"{path.name}:{entry.line}",
    )


def _compiles(path: Path, line: int, expression: str) -> None:
    try:
        compiled(expression)
    except UnusableCondition as failed:
        raise UnusableRuleFile(path, line, str(failed)) from failed


def _scope(path: Path, entry: Mapping) -> Scope:
    scope = entry.get("scope") or {}
    if isinstance(scope, Mapping):
        _only(path, scope, _SCOPES)
    return Scope(**{name: frozenset(values) for name, values in scope.items()})


def _examples(path: Path, entry: Mapping) -> Iterator[Example]:
    for name, objects in (("passes", False), ("fails", True)):
        for change in entry.get(name) or ():
            if not isinstance(change, Mapping):
                raise UnusableRuleFile(path, entry.lines[name], f"{name} lists changes to the example snapshot")
            yield Example(objects=objects, change=change, place=f"{path.name}:{change.line}")


def _day(path: Path, entry: Mapping, name: str) -> str | None:
    value = entry.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as failed:
        raise UnusableRuleFile(path, entry.lines[name], f"{name} is not a date such as 2026-01-31") from failed


def _lexicon(packs: list[tuple[Path, Mapping]]) -> Lexicon:
    entries: list[tuple[str, str]] = []
    sets: dict[str, set[str]] = {name: set() for name in _WORD_SETS}
    figures: list[Figure] = []
    for path, pack in packs:
        for section, prefix in (("phrases", ""), ("diseases", CONCEPT)):
            for label, phrases in (pack.get(section) or {}).items():
                entries.extend((prefix + label, phrase) for phrase in _phrases(path, pack[section], label, phrases))
        for name, listed in (pack.get("words") or {}).items():
            if name not in sets:
                raise UnusableRuleFile(path, pack["words"].lines[name], f"unknown word list {name!r}")
            sets[name].update(word for text in listed for word in words(str(text)))
        figures.extend(_figures(path, pack))
    return Lexicon(
        phrases=PhraseIndex(entries),
        words={name: frozenset(listed) for name, listed in sets.items()},
        figures=tuple(figures),
    )


def _phrases(path: Path, section: Mapping, label: str, phrases: Any) -> Iterator[str]:
    for phrase in phrases or ():
        try:
            parsed(str(phrase))
        except UnusablePhrase as failed:
            raise UnusableRuleFile(path, section.lines[label], f"unusable phrase {phrase!r} in {label}") from failed
        yield str(phrase)


def _figures(path: Path, pack: Mapping) -> Iterator[Figure]:
    for row in pack.get("figures") or ():
        for name in ("name", "value", "valid_from", "source"):
            if row.get(name) is None:
                raise UnusableRuleFile(path, row.line, f"the figure needs {name!r}")
        yield Figure(
            name=row["name"],
            value=row["value"],
            valid_from=_day(path, row, "valid_from") or "",
            valid_until=_day(path, row, "valid_until"),
            country=row.get("country"),
            currency=row.get("currency"),
            source=row["source"],
        )


def _only(path: Path, given: Mapping, known: frozenset[str]) -> None:
    for key in given:
        if key not in known:
            raise UnusableRuleFile(path, given.lines[key], f"unknown key {key!r}; known are {', '.join(sorted(known))}")


def _unique(packs: list[tuple[Path, Mapping]], rules: tuple[Rule, ...]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for rule in rules:
        key = (rule.id, rule.title)
        if key in seen:
            name, _, line = rule.place.rpartition(":")
            path = next(path for path, _ in packs if path.name == name)
            raise UnusableRuleFile(path, int(line), f"rule {rule.id} {rule.title!r} is already at {seen[key]}")
        seen[key] = rule.place
