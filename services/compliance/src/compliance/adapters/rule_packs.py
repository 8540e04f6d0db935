"""Rule packs: the YAML files that rules, word lists and figures are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import get_args

from compliance.adapters.cel_conditions import CelConditions, UnusableCondition, compiled
from compliance.adapters.located_yaml import Mapping, UnusableRuleFile, read
from compliance.adapters.medicine_lists import csv_files, fingerprint, with_medicines
from compliance.adapters.pack_scopes import HEADER, Groups, country_groups, header_of, scope_of, validity_of
from compliance.adapters.word_packs import Packs, lexicon_of, mapping, mappings, only, texts
from compliance.domain.findings import Severity
from compliance.domain.screening.judgement import detector_names
from compliance.domain.screening.rules import Example, Rule, RuleSet
from shared.contracts.hashing import sha256_of

PACKAGED = Path(__file__).parent.parent / "rules"
_SEVERITIES: tuple[str, ...] = get_args(Severity)
_RULE_ID = re.compile(r"[A-Z]{2,5}-\d{2}")
_TEXTS = ("id", "title", "severity", "when", "clause", "source", "remedy")
_KEYS = frozenset(
    {
        *_TEXTS,
        *("message", "given", "scope", "valid_from", "valid_until", "reads", "unknown"),
        *("evidence", "passes", "fails"),
    }
)
_SECTIONS = HEADER | {"rules", "phrases", "words", "diseases", "figures", "country_groups", "example_base"}


def load_rule_set(folder: Path | None = None, lexicons: Path | None = None) -> RuleSet:
    """The rule set in a folder of `*.yaml` packs, by default the packaged one; read once per process.

    `*.csv` files beside the packs and in the folder `lexicons` are medicine lists and belong to the rule set.

    Raises UnusableRuleFile, whose message starts with `file:line:`.
    """
    packs = (folder or PACKAGED).resolve()
    lists = [*csv_files(packs), *(csv_files(lexicons) if lexicons else ())]
    return _load(packs, tuple(path.resolve() for path in lists))


@lru_cache(maxsize=4)
def _load(folder: Path, lists: tuple[Path, ...]) -> RuleSet:
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise UnusableRuleFile(folder, 1, "holds no *.yaml rule pack")
    packs = [(path, read(path)) for path in paths]
    for path, pack in packs:
        only(path, pack, _SECTIONS)
    groups = country_groups(packs)
    rules = [(path, rule) for path, pack in packs for rule in _rules(path, pack, groups)]
    if not rules:
        raise UnusableRuleFile(folder, 1, "holds no rule")
    _unique(rules)
    lexicon = with_medicines(lexicon_of(packs), lists)
    _evidence_exists(rules, detector_names(lexicon))
    return RuleSet(
        sha256=sha256_of({path.name: pack for path, pack in packs} | fingerprint(lists)),
        rules=tuple(sorted((rule for _, rule in rules), key=lambda rule: (rule.id, rule.title))),
        lexicon=lexicon,
        conditions=CelConditions(each for _, rule in rules for each in (rule.when, rule.given) if each),
        example_base=_example_base(packs),
    )


def _example_base(packs: Packs) -> Mapping:
    bases = [mapping(path, pack, "example_base") for path, pack in packs if "example_base" in pack]
    return bases[0] if bases else Mapping.empty()


def _rules(path: Path, pack: Mapping, groups: Groups) -> Iterator[Rule]:
    header = header_of(path, pack, groups)
    for entry in mappings(path, pack, "rules"):
        _checked(path, entry)
        since, until = validity_of(path, entry, header)
        yield Rule(
            id=entry["id"],
            title=_text(entry, "title"),
            severity=entry["severity"],
            message=_text(entry, "message"),
            clause=_text(entry, "clause"),
            source=_text(entry, "source"),
            remedy=_text(entry, "remedy"),
            when=entry["when"],
            given=entry.get("given"),
            scope=scope_of(path, entry, groups, header),
            valid_from=since,
            valid_until=until,
            reads=tuple(texts(path, entry, "reads")),
            unknown=entry.get("unknown", "review"),
            evidence=tuple(texts(path, entry, "evidence")),
            examples=tuple(_examples(path, entry)),
            place=f"{path.name}:{entry.line}",
            jurisdiction=header.jurisdiction,
        )


def _checked(path: Path, entry: Mapping) -> None:
    only(path, entry, _KEYS)
    only_unknown = entry.get("when") == "false" and entry.get("reads")
    for name in _TEXTS if only_unknown else (*_TEXTS, "message"):
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise UnusableRuleFile(path, entry.lines.get(name, entry.line), f"the rule needs a text for {name!r}")
    if not _RULE_ID.fullmatch(entry["id"]):
        raise UnusableRuleFile(path, entry.lines["id"], f"{entry['id']!r} is not an id such as PUB-01")
    for name in ("severity", "unknown"):
        if entry.get(name, "review") not in _SEVERITIES:
            raise UnusableRuleFile(path, entry.lines[name], f"{name} is one of {', '.join(_SEVERITIES)}")
    for name in ("when", "given"):
        if entry.get(name):
            try:
                compiled(entry[name])
            except UnusableCondition as failed:
                raise UnusableRuleFile(path, entry.lines[name], str(failed)) from failed


def _text(entry: Mapping, name: str) -> str:
    return " ".join(str(entry.get(name) or "").split())


def _examples(path: Path, entry: Mapping) -> Iterator[Example]:
    for name, objects in (("passes", False), ("fails", True)):
        for change in mappings(path, entry, name):
            yield Example(objects=objects, change=change, place=f"{path.name}:{change.line}")


def _unique(rules: list[tuple[Path, Rule]]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for path, rule in rules:
        key = (rule.id, rule.title)
        if key in seen:
            line = int(rule.place.rpartition(":")[2])
            raise UnusableRuleFile(path, line, f"rule {rule.id} {rule.title!r} is already at {seen[key]}")
        seen[key] = rule.place


def _evidence_exists(rules: list[tuple[Path, Rule]], known: frozenset[str]) -> None:
    for path, rule in rules:
        for name in rule.evidence:
            if name not in known:
                line = int(rule.place.rpartition(":")[2])
                raise UnusableRuleFile(path, line, f"no detector {name!r}; known are {', '.join(sorted(known))}")
