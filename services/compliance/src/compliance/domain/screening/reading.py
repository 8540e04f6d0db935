"""What the texts of one snapshot say: listed phrases, own medicines and their uses, with places."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.clauses import Clauses
from compliance.domain.screening.fields import PUBLISHED, TextField
from compliance.domain.screening.lexicon import CONCEPT, Lexicon
from compliance.domain.screening.medicines import NEWEST, others_in, stems_of
from compliance.domain.screening.names import Mention, name_index
from compliance.domain.screening.normal import Words, words
from compliance.domain.screening.phrases import Hit, PhraseIndex
from compliance.domain.screening.said import Said, SaidByLabel

_NEGATION_REACH = 3
_SHORTEST_TERM = 4
_IDIOM = "idiom"
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]{1,5}\b")


@dataclass(frozen=True, slots=True)
class Uses:
    """How the company's own diseases are called: concept labels and words of its indications."""

    all_labels: tuple[str, ...]
    terms: PhraseIndex


class Reading:
    """The texts of one snapshot, read once.

    Listed phrases that are negated stand in `denied`, all others in `said`; a disease of ours (`own_use`) is in `said`
    even where it is negated. `possible` are names of ours that are also ordinary words and may be just that;
    `other_medicines` are everybody else's.
    """

    def __init__(
        self,
        fields: Sequence[TextField],
        products: Sequence[Mapping[str, Any]],
        lexicon: Lexicon,
        *,
        as_of: str = NEWEST,
    ) -> None:
        """`as_of` is the ISO date whose medicine lists count."""
        self.fields = fields
        self._uses = _uses_of(tuple(str(product.get("indication") or "") for product in products), lexicon)
        self._negations = lexicon.words["negation"]
        self._not_denying = lexicon.words["not_denying"]
        self._abbreviations = lexicon.words["abbreviation"]
        self._clauses: dict[str, Clauses] = {}
        names = name_index(products, common=lexicon.words["common_word"], salts=lexicon.words["salt"])
        self.mentions: list[Mention] = []
        self.possible: list[Mention] = []
        self.said: list[Said] = []
        self.denied: list[Said] = []
        for field in fields:
            for mention in names.find(field):
                (self.mentions if mention.sure else self.possible).append(mention)
            self._find_phrases(field, lexicon.phrases)
        stems = stems_of(lexicon.words["inn_stem"], lexicon.words["stop_name"])
        self.other_medicines = others_in(fields, lexicon.medicines.on(as_of), stems, names)
        self._said = SaidByLabel(self.said)
        self._denied = SaidByLabel(self.denied)

    def clause(self, field: TextField, at: int) -> int:
        """The number of the clause that holds character `at`."""
        return self._clauses_of(field).number(at)

    def asked(self, field: TextField, at: int) -> bool:
        """Whether the clause that holds character `at` ends in a question mark."""
        return self._clauses_of(field).asked(at)

    def quoted(self, field: TextField, at: int) -> bool:
        """Whether character `at` stands between quotation marks."""
        return self._clauses_of(field).quoted(at)

    def labelled(self, *labels: str) -> list[Said]:
        """What was said under any of the labels; a label that ends in `:` stands for all that start with it."""
        return self._said.under(labels)

    def negated(self, *labels: str) -> list[Said]:
        """What was said under any of the labels, but only to deny it."""
        return self._denied.under(labels)

    def own_uses(self) -> list[Said]:
        """Mentions of the diseases the company's medicines are for."""
        return self._said.under(self._uses.all_labels)

    def _clauses_of(self, field: TextField) -> Clauses:
        clauses = self._clauses.get(field.path)
        if clauses is None:
            clauses = self._clauses[field.path] = Clauses(field.text, self._abbreviations)
        return clauses

    def _find_phrases(self, field: TextField, index: PhraseIndex) -> None:
        found: dict[tuple[str, int, int], Said] = {}
        denied: dict[tuple[str, int, int], Said] = {}
        own: list[Said] = []
        for text in field.word_streams:
            for said in self._said_at(field, text, index.find(text)):
                place = (said.label, said.start, said.end)
                if place not in found:
                    (denied if said.negated else found)[place] = said
            own += self._said_at(field, text, self._uses.terms.find(text))
        inside = _inside_of([said for said in found.values() if said.label == _IDIOM])
        self.said.extend(said for said in (*found.values(), *own) if said.label == _IDIOM or not inside(said))
        self.denied.extend(said for place, said in denied.items() if place not in found)

    def _said_at(self, field: TextField, text: Words, hits: Sequence[Hit]) -> list[Said]:
        if not hits:
            return []
        clauses, bounds = self._clauses_of(field), text.bounds
        _, _, starts, ends = text.read
        said: list[Said] = []
        for label, first, last in hits:
            start, end = starts[bounds[first][0]], ends[bounds[last][1] - 1]
            clause, asked, quoted = clauses.at(start)
            negated = self._is_negated(field, clause, text, first)
            said.append(Said(label, field, start, end, clause, first, negated, asked, quoted))
        return said

    def _is_negated(self, field: TextField, clause: int, text: Words, at: int) -> bool:
        """Whether a negation reaches word `at`: not across a comma, and not where it denies nothing (`not only`)."""
        first = max(0, at - _NEGATION_REACH)
        if self._negations.isdisjoint(text.texts[first:at]):
            return False
        clauses = self._clauses_of(field)
        return any(
            text.texts[place] in self._negations
            and text.texts[place + 1] not in self._not_denying
            and clauses.number(text.start(place)) == clause
            and "," not in field.text[text.end(place) : text.start(at)]
            for place in range(first, at)
        )


def _inside_of(idioms: Sequence[Said]) -> Callable[[Said], bool]:
    """Tells what is part of a turn of phrase that means something else, such as `safe travels`."""
    if not idioms:
        return lambda _: False
    in_order = sorted(idioms, key=lambda idiom: idiom.start)
    starts = [idiom.start for idiom in in_order]
    reach = list(accumulate((idiom.end for idiom in in_order), max))
    return lambda said: said.start >= starts[0] and reach[bisect_right(starts, said.start) - 1] >= said.end


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
    return Uses(("own_use", *sorted(labels)), PhraseIndex(("own_use", form) for form in _forms(terms | acronyms)))


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
