"""Rule sets from their files: rules, phrases, word lists, figures and lists of names, refused or taken as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Lookup
from functools import lru_cache
from pathlib import Path
from typing import Any

from compliance.adapters.medicines.medicine_lists import fingerprint, with_medicines
from compliance.adapters.pack_problems import Problem, UnusableRuleFile
from compliance.adapters.rules.cel_conditions import CelConditions
from compliance.adapters.rules.located_yaml import Mapping, read
from compliance.adapters.rules.pack_checks import check_ids, check_names
from compliance.adapters.rules.pack_examples import check_keys
from compliance.adapters.rules.pack_figures import figures_of
from compliance.adapters.rules.pack_rules import WrittenRule, rules_of
from compliance.adapters.rules.pack_scopes import HEADER, country_codes, country_groups
from compliance.adapters.rules.pack_values import Pack
from compliance.adapters.rules.phrase_matching import PhraseList
from compliance.adapters.rules.phrase_packs import listed_phrases_of
from compliance.adapters.rules.rule_bundles import COMPANY, PACKAGED, WHOLE, Bundle, bundle_of, shown
from compliance.adapters.rules.word_packs import Words, words_of
from compliance.domain.screening.contents import Replaced, RuleSetContents
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.listed_phrases import ListedPhrases
from compliance.domain.screening.rules import ACTION, PLAN, RuleSet
from compliance.domain.screening.text.phrases import PhraseIndex
from shared.contracts.hashing import sha256_of

__all__ = ["PACKAGED", "Loaded", "load_rule_set", "loaded_from", "rule_set_of"]

_SECTIONS = HEADER | {
    *("rules", "listed_phrases", "phrases", "words", "diseases", "figures", "country_groups", "catalogue"),
    *("example_base", "plan_example_base", "name", "examples_as_of"),
}


class Loaded:
    """A rule set and what it consists of."""

    def __init__(self, rule_set: RuleSet, contents: RuleSetContents) -> None:
        self.rule_set = rule_set
        self.contents = contents


def load_rule_set(
    folder: Path | None = None, lexicons: Path | None = None, safety_model: Path | None = None
) -> RuleSet:
    """The packaged rule set with a company's folder on top (docs/rules.md says how), read once per process.

    `lexicons` is a further folder of medicine lists (*.csv), `safety_model` one with another model than the packaged
    one. Raises UnusableRuleFile, which tells every mistake with file and line, and UnusableSafetyModel.
    """
    return loaded_from(folder, lexicons, safety_model).rule_set


def loaded_from(folder: Path | None = None, lexicons: Path | None = None, safety_model: Path | None = None) -> Loaded:
    """As `load_rule_set`, with the contents. Raises UnusableRuleFile and UnusableSafetyModel."""
    return _load(folder.resolve() if folder else None, lexicons.resolve() if lexicons else None, safety_model)


def rule_set_of(bundle: Bundle, safety_model: Path | None = None) -> RuleSet:
    """The rule set that files of these names and contents make. Raises as `load_rule_set` does."""
    return load(bundle, safety_model).rule_set


@lru_cache(maxsize=4)
def _load(folder: Path | None, lexicons: Path | None, safety_model: Path | None) -> Loaded:
    try:
        return load(bundle_of(folder, lexicons), safety_model)
    except UnusableRuleFile as failed:
        raise UnusableRuleFile.of(
            Problem(shown(one.file, folder), one.line, one.wrong, one.remedy) for one in failed.problems
        ) from None


def load(bundle: Bundle, safety_model: Path | None = None) -> Loaded:
    """The rule set of a bundle and its contents. Raises UnusableRuleFile and UnusableSafetyModel."""
    from compliance.adapters.safety.model import load_safety_model  # noqa: PLC0415 - 0.3 s for its runtime

    problems: list[Problem] = []
    packs = _packs(bundle, problems)
    for pack in packs:
        pack.only(pack.content, _SECTIONS)
    groups = country_groups(packs)
    written, replaced_rules = _layered([rule for pack in packs for rule in rules_of(pack, groups)])
    phrases = listed_phrases_of(packs, groups)
    words = words_of(packs)
    figures, replaced_figures = figures_of(packs)
    base, plan_base = _example_base(packs, "example_base", ACTION), _example_base(packs, "plan_example_base", PLAN)
    examples_as_of = next((pack.day(pack.content, "examples_as_of") for pack in packs if pack.file == WHOLE), None)
    catalogue = frozenset(pack.text(row, "id") for pack in packs for row in pack.mappings(pack.content, "catalogue"))
    if not written and not problems:
        problems.append(Problem(min(bundle, default=WHOLE), 1, "there is no rule in any file", "add `rules:`"))
    if problems:
        raise UnusableRuleFile.of(problems)
    rules = tuple(sorted((one.rule for one in written), key=lambda rule: (rule.id, rule.title)))
    lists = {name: raw for name, raw in bundle.items() if name.endswith(".csv")}
    model = load_safety_model(safety_model)
    content = {pack.file: pack.content for pack in packs} | fingerprint(lists)
    lexicon = Lexicon(phrases=PhraseIndex(words.entries), words=words.sets, figures=figures, countries=country_codes())
    rule_set = RuleSet(
        sha256=sha256_of(content | {"safety_model": model.sha256}),
        rules=rules,
        lexicon=with_medicines(lexicon, lists),
        conditions=CelConditions(each for rule in rules for each in (rule.when, rule.given) if each),
        safety_model=model,
        example_base=base,
        plan_example_base=plan_base,
        listed_phrases=ListedPhrases(phrases, PhraseList(phrases) if phrases else None),
        reads_by=_reads_by(words, fingerprint(lists) | {"safety_model": model.sha256}),
    )
    check_names(written, rule_set)
    check_ids(written, catalogue)
    if problems:
        raise UnusableRuleFile.of(problems)
    contents = RuleSetContents(
        name=next((pack.text(pack.content, "name", needed=False) for pack in packs if pack.file == WHOLE), ""),
        examples_as_of=examples_as_of,
        rules=rules,
        phrases=phrases,
        listed=words.by_label(),
        words=words.sets,
        figures=figures,
        groups=groups,
        name_lists={name: hashlib.sha256(raw).hexdigest() for name, raw in lists.items()},
        replaced=(*replaced_rules, *replaced_figures),
        catalogue=catalogue,
    )
    return Loaded(rule_set, contents)


def _packs(bundle: Bundle, problems: list[Problem]) -> list[Pack]:
    packs: list[Pack] = []
    for file in sorted(bundle, key=lambda name: (name.startswith(COMPANY), name)):
        try:
            if file.endswith(".yaml"):
                packs.append(Pack(file, read(file, bundle[file]), problems, company=file.startswith(COMPANY)))
            elif not file.endswith(".csv"):
                problems.append(Problem(file, 1, "is neither *.yaml nor *.csv", "take it out of the rule set"))
        except UnusableRuleFile as failed:
            problems.extend(failed.problems)
    return packs


def _layered(rules: Sequence[WrittenRule]) -> tuple[list[WrittenRule], list[Replaced]]:
    kept: dict[tuple[str, str], WrittenRule] = {}
    replaced: list[Replaced] = []
    for one in rules:
        key = (one.rule.id, one.rule.title)
        before = kept.get(key)
        new_layer = before is not None and one.pack.company and not before.pack.company
        if before is not None and not new_layer:
            problem = f"rule {key[0]} {key[1]!r} is already at {before.rule.place}"
            one.wrong("id", problem, "give it another title, or take one of the two out")
        elif before is not None and not one.replaces:
            problem = f"rule {key[0]} {key[1]!r} takes the place of the packaged one ({before.rule.place})"
            one.wrong("id", problem, "say why with `replaces: ...`, or give it another title to have both")
        elif before is not None:
            replaced.append(Replaced(f"{key[0]} {key[1]} ({before.rule.place})", one.rule.place, one.replaces))
        elif one.replaces:
            problem = f"there is no packaged rule {key[0]} {key[1]!r} to replace"
            one.wrong("replaces", problem, "write id and title as they are packaged, or leave `replaces` out")
        kept[key] = one
    return list(kept.values()), replaced


def _reads_by(words: Words, lists: Lookup[str, Any]) -> str:
    sets = {name: sorted(listed) for name, listed in words.sets.items()}
    return sha256_of({"phrases": [list(entry) for entry in words.entries], "words": sets, "lists": lists})


def _example_base(packs: Iterable[Pack], name: str, subject: str) -> Lookup[str, object]:
    found: list[Mapping] = []
    for pack in packs:
        if name in pack.content:
            if found:
                line = pack.content.lines[name]
                pack.wrong(line, f"there is an {name} already", "change the facts in each example instead")
            found.append(pack.mapping(pack.content, name))
            check_keys(pack, found[-1], subject)
    return found[0] if found else Mapping.empty()
