"""What the texts of one snapshot say: listed phrases, own medicines and their uses, with places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from compliance.domain.findings import Evidence
from compliance.domain.screening.heard import OWN_USE, Heard, HeardTogether, Listened
from compliance.domain.screening.lexicon import CONCEPT, Lexicon
from compliance.domain.screening.medicines.medicines import NEWEST, others_in, stems_of
from compliance.domain.screening.medicines.names import Mention, name_index, ordinary_words
from compliance.domain.screening.text.fields import PUBLISHED, TextField
from compliance.domain.screening.text.normal import words
from compliance.domain.screening.text.phrases import PhraseIndex
from compliance.domain.screening.text.said import Said
from compliance.domain.screening.text.together import Together

_SHORTEST_TERM = 4
_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]{1,5}\b")


class Uses(NamedTuple):
    """How the company's own diseases are called: concept labels and words of its indications."""

    all_labels: tuple[str, ...]
    terms: frozenset[str]


class Reading:
    """The texts of one snapshot, read once, and no further than somebody asks.

    Listed phrases that are negated stand in `denied`, all others in `said`; a disease of ours (`own_use`) is in `said`
    even where it is negated. `possible` are names of ours that are also ordinary words and may be just that;
    `other_medicines` are everybody else's. `out` are the texts that go out with the action and are our responsibility
    as a whole; `together` holds all texts as one.
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
        uses = _uses_of(tuple(str(product.get("indication") or "") for product in products), lexicon)
        self.use_labels = uses.all_labels
        words_of = lexicon.words
        listened = Listened(
            lexicon.phrases, uses.terms, words_of["negation"], words_of["not_denying"], words_of["abbreviation"]
        )
        heard = [Heard(field, listened) for field in fields]
        self._heard = {each.field.path: each for each in reversed(heard)}
        self._together = HeardTogether(heard)
        self._all = frozenset(range(len(heard)))
        self._out = frozenset(number for number, field in enumerate(fields) if published(field))
        self.out = [fields[number] for number in sorted(self._out)]
        self._paths = tuple(field.path for field in fields)
        self._phrases = lexicon.phrases
        self._english, self._other_language = words_of["english"], words_of["other_language"]
        names = name_index(products, ordinary_words(words_of))
        self.mentions: list[Mention] = []
        self.possible: list[Mention] = []
        self.together = texts = Together(fields)
        for mention in names.find_in(texts):
            (self.mentions if mention.sure else self.possible).append(mention)
        stems = stems_of(words_of["inn_stem"], words_of["stop_name"])
        self.other_medicines = others_in(texts, lexicon.medicines.on(as_of), stems, names)

    def has_other_language(self, words: Iterable[str]) -> bool:
        """Whether any of these is a small word of another language than English."""
        return not self._other_language.isdisjoint(words)

    def is_english(self, words: Sequence[str]) -> bool:
        """Whether a sentence of these words may be English: its small words are not mostly another language's."""
        others = sum(word in self._other_language for word in words)
        return not others or others <= sum(word in self._english for word in words)

    @cached_property
    def said(self) -> list[Said]:
        """Everything that was said; to ask by label is far cheaper."""
        return self._together.everything()

    @cached_property
    def denied(self) -> list[Said]:
        """Everything that was only denied."""
        return self._together.everything(denied=True)

    def clause(self, field: TextField, at: int) -> int:
        """The number of the clause that holds character `at`."""
        return self._heard[field.path].clauses.number(at)

    def asked(self, field: TextField, at: int) -> bool:
        """Whether the clause that holds character `at` ends in a question mark."""
        return self._heard[field.path].clauses.asked(at)

    def quoted(self, field: TextField, at: int) -> bool:
        """Whether character `at` stands between quotation marks."""
        return self._heard[field.path].clauses.quoted(at)

    def labelled(self, *labels: str) -> list[Said]:
        """What was said under any of the labels; a label that ends in `:` stands for all that start with it."""
        return self._together.under(labels, self._all)

    def labelled_out(self, *labels: str) -> list[Said]:
        """The same in the texts that go out with the action."""
        return self._together.under(labels, self._out)

    def labelled_at(self, places: tuple[str, ...], *labels: str) -> list[Said]:
        """The same in the texts whose paths begin with one of `places`."""
        return self._together.under(labels, _beginning(self._paths, places))

    def negated(self, *labels: str) -> list[Said]:
        """What was said under any of the labels, but only to deny it."""
        return self._together.denied(labels, self._all)

    def is_picture_of(self, label: str, character: str) -> bool:
        """Whether the Unicode name of a character, such as an emoji, is listed under the label."""
        return label in _shown(character, self._phrases)

    def own_uses(self) -> list[Said]:
        """Mentions of the diseases the company's medicines are for; their labels are `use_labels`."""
        return self.labelled(*self.use_labels)


@lru_cache(maxsize=1024)
def _beginning(paths: tuple[str, ...], places: tuple[str, ...]) -> frozenset[int]:
    """The numbers of the paths that begin with one of `places`; actions have few different sets of paths."""
    return frozenset(number for number, path in enumerate(paths) if path.startswith(places))


@lru_cache(maxsize=64)
def _uses_of(indications: tuple[str, ...], lexicon: Lexicon) -> Uses:
    fields = [TextField(f"indication[{index}]", text, "planned") for index, text in enumerate(indications)]
    labels = {label for field in fields for label in lexicon.phrases.find(field.tokens) if label.startswith(CONCEPT)}
    terms = {
        word
        for text in indications
        for word in words(text)
        if len(word) >= _SHORTEST_TERM and word not in lexicon.words["indication_filler"]
    }
    acronyms = {acronym for text in indications for acronym in _ACRONYM.findall(text)}
    forms = frozenset(word for form in _forms(terms | acronyms) for word in words(form))
    return Uses((OWN_USE, *sorted(labels)), forms)


def _forms(terms: Iterable[str]) -> Iterator[str]:
    for term in terms:
        yield term
        if len(term) > _SHORTEST_TERM:
            yield from (term.removesuffix("s"), term + "s")


@lru_cache(maxsize=4096)
def _shown(character: str, phrases: PhraseIndex) -> frozenset[str]:
    if unicodedata.category(character) != "So":
        return frozenset()
    name = TextField("name", unicodedata.name(character, ""), "planned")
    length = len(name.tokens)
    found = phrases.find(name.tokens).items()
    return frozenset(label for label, hits in found if any(last - first + 1 == length for _, first, last in hits))


def published(field: TextField) -> bool:
    """Whether the field goes out with the action and is our responsibility as a whole."""
    return field.part in PUBLISHED and not field.third_party


def evidence_of(mention: Mention) -> Evidence:
    """The place of a medicine's name."""
    field = mention.field
    return Evidence(field.path, mention.start, mention.end, field.text[mention.start : mention.end])
