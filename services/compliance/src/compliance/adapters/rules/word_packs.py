"""The word lists of rule packs: phrases by label, diseases, and sets of single words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from compliance.adapters.rules.located_yaml import Mapping
from compliance.adapters.rules.pack_values import Pack, listed
from compliance.domain.screening.lexicon import CONCEPT
from compliance.domain.screening.text.normal import words
from compliance.domain.screening.text.phrases import UnusablePhrase, parsed

WORD_SETS = (
    "negation",
    "common_word",
    "common_word_elsewhere",
    "salt",
    "indication_filler",
    "company_form",
    "abbreviation",
    "vague_disease",
    "not_denying",
    "inn_stem",
    "stop_name",
    "free_sale",
    "english",
    "other_language",
)


@dataclass(frozen=True, slots=True)
class Words:
    """(label, phrase) in the order of the files, and the sets of single words."""

    entries: tuple[tuple[str, str], ...]
    sets: dict[str, frozenset[str]]

    def by_label(self) -> dict[str, frozenset[str]]:
        """Phrases by label."""
        labels: dict[str, set[str]] = {}
        for label, phrase in self.entries:
            labels.setdefault(label, set()).add(phrase)
        return {label: frozenset(phrases) for label, phrases in labels.items()}


def words_of(packs: Sequence[Pack]) -> Words:
    """Everything the packs list, merged."""
    entries: list[tuple[str, str]] = []
    sets: dict[str, set[str]] = {name: set() for name in WORD_SETS}
    known = _labels(pack for pack in packs if not pack.company)
    for pack in packs:
        for section, prefix in (("phrases", ""), ("diseases", CONCEPT)):
            lists = pack.mapping(pack.content, section)
            for label in lists:
                if pack.company and not prefix and label not in known:
                    problem = f"no detector reads a phrase list called {label!r}"
                    pack.wrong(lists.lines[label], problem, f"known are {listed(frozenset(known))}")
                entries.extend((prefix + label, phrase) for phrase in _phrases(pack, lists, label))
        single = pack.mapping(pack.content, "words")
        for name in single:
            if name not in sets:
                pack.wrong(single.lines[name], f"unknown word list {name!r}", f"known are {listed(WORD_SETS)}")
                continue
            for text in pack.texts(single, name):
                read = words(text)
                if not read:
                    pack.wrong(single.lines[name], f"{text!r} in {name} holds no word", "leave it out")
                sets[name].update(read)
    return Words(tuple(entries), {name: frozenset(found) for name, found in sets.items()})


def _labels(packs: Iterable[Pack]) -> set[str]:
    return {label for pack in packs for label in (pack.content.get("phrases") or ())}


def _phrases(pack: Pack, lists: Mapping, label: str) -> Iterator[str]:
    for phrase in pack.texts(lists, label):
        try:
            parsed(phrase)
        except UnusablePhrase:
            problem = f"unusable phrase {phrase!r} in {label}"
            pack.wrong(lists.lines[label], problem, "write words; `..` stands between words only")
        else:
            yield phrase
