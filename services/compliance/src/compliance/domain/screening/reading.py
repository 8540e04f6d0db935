"""What the texts of one snapshot say: listed phrases, own medicines and their uses, with places."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.fields import PUBLISHED, TextField
from compliance.domain.screening.lexicon import CONCEPT, Lexicon
from compliance.domain.screening.names import Mention, name_index
from compliance.domain.screening.normal import Token, words
from compliance.domain.screening.phrases import PhraseIndex

_CLAUSE_END = re.compile(r"[;!?\n…]+|\.(?=\s|$)")
_NEGATION_REACH = 3
_SHORTEST_TERM = 4
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]{1,5}\b")


@dataclass(frozen=True, slots=True)
class Said:
    """A listed phrase in a field, at characters [start, end), in clause number `clause` of that field."""

    label: str
    field: TextField
    start: int
    end: int
    clause: int
    word: int

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.field.path, self.start, self.end, self.field.text[self.start : self.end])


@dataclass(frozen=True, slots=True)
class Uses:
    """How the company's own diseases are called: concept labels and words of its indications."""

    labels: frozenset[str]
    terms: PhraseIndex


class Reading:
    """The texts of one snapshot, read once. Negated claims are left out of `said`."""

    def __init__(self, fields: Sequence[TextField], products: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> None:
        self.fields = fields
        self._uses = _uses_of(tuple(str(product.get("indication") or "") for product in products), lexicon)
        self._negations = lexicon.words["negation"]
        names = name_index(products, common=lexicon.words["common_word"], salts=lexicon.words["salt"])
        self.mentions: list[Mention] = []
        self.said: list[Said] = []
        self._clauses: dict[str, list[int]] = {}
        for field in fields:
            self._clauses[field.path] = [match.end() for match in _CLAUSE_END.finditer(field.text)]
            self.mentions.extend(names.find(field))
            self.said.extend(self._phrases(field, lexicon.phrases))
            self.said.extend(self._own_uses(field))

    def clause(self, field: TextField, at: int) -> int:
        """The number of the clause that holds character `at`."""
        return bisect_right(self._clauses[field.path], at)

    def labelled(self, *labels: str) -> list[Said]:
        """What was said under any of the labels; a label that ends in `:` stands for all that start with it."""
        whole = {label for label in labels if not label.endswith(":")}
        starts = tuple(label for label in labels if label.endswith(":"))
        return [each for each in self.said if each.label in whole or (starts and each.label.startswith(starts))]

    def own_uses(self) -> list[Said]:
        """Mentions of the diseases the company's medicines are for."""
        return [each for each in self.said if each.label == "own_use" or each.label in self._uses.labels]

    def _phrases(self, field: TextField, index: PhraseIndex) -> Iterator[Said]:
        seen: set[tuple[str, int, int]] = set()
        for text in _word_streams(field):
            for hit in index.find(text):
                place = (hit.label, text[hit.first].start, text[hit.last].end)
                if place in seen or self._negated(field, text, hit.first):
                    continue
                seen.add(place)
                yield self._place(hit.label, field, place[1], place[2], hit.first)

    def _own_uses(self, field: TextField) -> Iterator[Said]:
        for text in _word_streams(field):
            for hit in self._uses.terms.find(text):
                yield self._place("own_use", field, text[hit.first].start, text[hit.last].end, hit.first)

    def _place(self, label: str, field: TextField, start: int, end: int, word: int) -> Said:
        return Said(label, field, start, end, self.clause(field, start), word)

    def _negated(self, field: TextField, text: Sequence[Token], at: int) -> bool:
        here = self.clause(field, text[at].start)
        for before in text[max(0, at - _NEGATION_REACH) : at]:
            if before.text in self._negations and self.clause(field, before.start) == here:
                return True
        return False


def _word_streams(field: TextField) -> Iterator[tuple[Token, ...]]:
    yield field.tokens
    if (field.joined or "#" in field.text or "@" in field.text) and field.parts_of_words != field.tokens:
        yield field.parts_of_words


@lru_cache(maxsize=64)
def _uses_of(indications: tuple[str, ...], lexicon: Lexicon) -> Uses:
    fields = [TextField(f"indication[{index}]", text, "planned") for index, text in enumerate(indications)]
    labels = {
        hit.label for field in fields for hit in lexicon.phrases.find(field.tokens) if hit.label.startswith(CONCEPT)
    }
    terms = {
        word
        for text in indications
        for word in words(text)
        if len(word) >= _SHORTEST_TERM and word not in lexicon.words["indication_filler"]
    }
    acronyms = {acronym for text in indications for acronym in _ACRONYM.findall(text)}
    return Uses(frozenset(labels), PhraseIndex(("own_use", form) for form in _forms(terms | acronyms)))


def _forms(terms: Iterable[str]) -> list[str]:
    forms: set[str] = set()
    for term in terms:
        forms.add(term)
        if len(term) > _SHORTEST_TERM:
            forms.update({term.removesuffix("s"), term + "s"})
    return sorted(forms)


def published(field: TextField) -> bool:
    """Whether the field goes out with the action and is our responsibility as a whole."""
    return field.part in PUBLISHED and not field.third_party


def evidence_of(mention: Mention) -> Evidence:
    """The place of a medicine's name."""
    field = mention.field
    return Evidence(field.path, mention.start, mention.end, field.text[mention.start : mention.end])
