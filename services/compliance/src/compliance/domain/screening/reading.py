"""What the texts of one snapshot say: listed phrases, own medicines and their uses, with places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.clauses import Clauses
from compliance.domain.screening.fields import PUBLISHED, TextField
from compliance.domain.screening.lexicon import CONCEPT, Lexicon
from compliance.domain.screening.names import Mention, name_index
from compliance.domain.screening.normal import Token, words
from compliance.domain.screening.phrases import PhraseIndex

_NEGATION_REACH = 3
_SHORTEST_TERM = 4
_IDIOM = "idiom"
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]{1,5}\b")


@dataclass(frozen=True, slots=True)
class Said:
    """A listed phrase in a field, at characters [start, end), in clause number `clause` of that field.

    `word` counts words. `negated`: a negation stands at most three words before it in its clause; `asked`: its clause
    ends in a question mark; `quoted`: it begins between quotation marks.
    """

    label: str
    field: TextField
    start: int
    end: int
    clause: int
    word: int
    negated: bool = False
    asked: bool = False
    quoted: bool = False

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.field.path, self.start, self.end, self.field.text[self.start : self.end])


@dataclass(frozen=True, slots=True)
class Uses:
    """How the company's own diseases are called: concept labels and words of its indications."""

    labels: frozenset[str]
    terms: PhraseIndex


class Reading:
    """The texts of one snapshot, read once.

    Listed phrases that are negated stand in `denied`, all others in `said`; a disease of ours (`own_use`) is in `said`
    even where it is negated. `possible` are names of ours that are also ordinary words and may be just that.
    """

    def __init__(self, fields: Sequence[TextField], products: Sequence[Mapping[str, Any]], lexicon: Lexicon) -> None:
        self.fields = fields
        self._uses = _uses_of(tuple(str(product.get("indication") or "") for product in products), lexicon)
        self._negations = lexicon.words["negation"]
        names = name_index(products, common=lexicon.words["common_word"], salts=lexicon.words["salt"])
        self.mentions: list[Mention] = []
        self.possible: list[Mention] = []
        self.said: list[Said] = []
        self.denied: list[Said] = []
        self._clauses: dict[str, Clauses] = {}
        abbreviations = lexicon.words["abbreviation"]
        for field in fields:
            self._clauses[field.path] = Clauses(field.text, abbreviations)
            for mention in names.find(field):
                (self.mentions if mention.sure else self.possible).append(mention)
            self._find_phrases(field, lexicon.phrases)
            self.said.extend(self._own_uses(field))

    def clause(self, field: TextField, at: int) -> int:
        """The number of the clause that holds character `at`."""
        return self._clauses[field.path].number(at)

    def asked(self, field: TextField, at: int) -> bool:
        """Whether the clause that holds character `at` ends in a question mark."""
        return self._clauses[field.path].asked(at)

    def quoted(self, field: TextField, at: int) -> bool:
        """Whether character `at` stands between quotation marks."""
        return self._clauses[field.path].quoted(at)

    def labelled(self, *labels: str) -> list[Said]:
        """What was said under any of the labels; a label that ends in `:` stands for all that start with it."""
        return _under(labels, self.said)

    def negated(self, *labels: str) -> list[Said]:
        """What was said under any of the labels, but only to deny it."""
        return _under(labels, self.denied)

    def own_uses(self) -> list[Said]:
        """Mentions of the diseases the company's medicines are for."""
        return [each for each in self.said if each.label == "own_use" or each.label in self._uses.labels]

    def _find_phrases(self, field: TextField, index: PhraseIndex) -> None:
        found: dict[tuple[str, int, int], Said] = {}
        denied: dict[tuple[str, int, int], Said] = {}
        for text in field.word_streams:
            for hit in index.find(text):
                place = (hit.label, text[hit.first].start, text[hit.last].end)
                if place in found:
                    continue
                said = self._place(hit.label, field, text, hit.first, hit.last)
                (denied if said.negated else found)[place] = said
        idioms = [said for said in found.values() if said.label == _IDIOM]
        self.said.extend(said for said in found.values() if not _inside(said, idioms))
        self.denied.extend(said for place, said in denied.items() if place not in found)

    def _own_uses(self, field: TextField) -> Iterator[Said]:
        idioms = [said for said in self.labelled(_IDIOM) if said.field is field]
        for text in field.word_streams:
            for hit in self._uses.terms.find(text):
                said = self._place("own_use", field, text, hit.first, hit.last)
                if not _inside(said, idioms):
                    yield said

    def _place(self, label: str, field: TextField, text: Sequence[Token], first: int, last: int) -> Said:
        clauses, start = self._clauses[field.path], text[first].start
        return Said(
            label=label,
            field=field,
            start=start,
            end=text[last].end,
            clause=clauses.number(start),
            word=first,
            negated=self._is_negated(clauses, text, first),
            asked=clauses.asked(start),
            quoted=clauses.quoted(start),
        )

    def _is_negated(self, clauses: Clauses, text: Sequence[Token], at: int) -> bool:
        here = clauses.number(text[at].start)
        return any(
            before.text in self._negations and clauses.number(before.start) == here
            for before in text[max(0, at - _NEGATION_REACH) : at]
        )


def _inside(said: Said, idioms: Sequence[Said]) -> bool:
    """Whether it is part of a turn of phrase that means something else, such as `safe travels`."""
    return any(
        idiom.field is said.field and idiom.start <= said.start and said.end <= idiom.end and said.label != _IDIOM
        for idiom in idioms
    )


def _under(labels: Sequence[str], said: Sequence[Said]) -> list[Said]:
    whole = {label for label in labels if not label.endswith(":")}
    starts = tuple(label for label in labels if label.endswith(":"))
    return [each for each in said if each.label in whole or (starts and each.label.startswith(starts))]


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
