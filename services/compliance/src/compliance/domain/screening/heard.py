"""The listed phrases of one text, asked for by label.

Most texts are asked for few labels and some for none. So a text is looked through when the first label is asked for,
and what was found becomes `Said`, with clause, negation and quotation, label by label.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from typing import NamedTuple

from compliance.domain.screening.text.clauses import Clauses
from compliance.domain.screening.text.fields import TextField
from compliance.domain.screening.text.normal import Words
from compliance.domain.screening.text.phrases import PhraseIndex
from compliance.domain.screening.text.said import Said

_NEGATION_REACH = 3
_IDIOM = "idiom"

_Place = tuple[int, Words, int, int]
"""Which in order of the hits, the words, the first and the last of them."""
_Ordered = tuple[int, Said]


class Listened(NamedTuple):
    """What is listened for: `phrases`, `terms` of the company's own uses, and words that settle what was denied."""

    phrases: PhraseIndex
    terms: PhraseIndex
    negations: frozenset[str]
    not_denying: frozenset[str]
    abbreviations: frozenset[str]


class Heard:
    """What one text says. Terms of own uses are said even where they are negated."""

    def __init__(self, field: TextField, listened: Listened) -> None:
        self.field = field
        self._for = listened
        self._clauses: Clauses | None = None
        self._places: dict[str, list[_Place]] | None = None
        self._terms: dict[str, list[_Place]] = {}
        self._made: dict[str, tuple[list[_Ordered], list[_Ordered]]] = {}
        self._inside: Callable[[Said], bool] | None = None

    @property
    def clauses(self) -> Clauses:
        """The clauses of the text."""
        if self._clauses is None:
            self._clauses = Clauses(self.field.text, self._for.abbreviations)
        return self._clauses

    def under(self, labels: frozenset[str], *, denied: bool = False) -> list[Said]:
        """What was said under any of the labels, in the order found; with `denied`, only to deny it."""
        found = [self._of(label)[denied] for label in labels]
        if len(found) == 1:
            return [said for _, said in found[0]]
        return [said for _, said in sorted(chain.from_iterable(found), key=_in_order)]

    @property
    def labels(self) -> Iterable[str]:
        """Every label there is something under."""
        places = self._listen()
        return places.keys() | self._terms.keys() if self._terms else places.keys()

    def _listen(self) -> dict[str, list[_Place]]:
        if self._places is None:
            self._places = {}
            streams = self.field.word_streams
            number = 0
            for index, places in ((self._for.phrases, self._places), (self._for.terms, self._terms)):
                for text in streams:
                    for label, first, last in index.find(text):
                        places.setdefault(label, []).append((number, text, first, last))
                        number += 1
        return self._places

    def _of(self, label: str) -> tuple[list[_Ordered], list[_Ordered]]:
        """What was said and what was denied under one label."""
        made = self._made.get(label)
        if made is None:
            found, denied = self._told(label)
            said = [*found, *self._said_at(label, self._terms.get(label, ()))]
            if label != _IDIOM and said:
                inside = self._inside_an_idiom()
                said = [each for each in said if not inside(each[1])]
            made = self._made[label] = (said, denied)
        return made

    def _told(self, label: str) -> tuple[list[_Ordered], list[_Ordered]]:
        """One `Said` a place: what is denied in one way of cutting words and told in another is told."""
        found: dict[tuple[int, int], _Ordered] = {}
        denied: dict[tuple[int, int], _Ordered] = {}
        for number, said in self._said_at(label, (self._places or {}).get(label, ())):
            place = (said.start, said.end)
            if place in found:
                continue
            if said.negated:
                denied[place] = (denied[place][0] if place in denied else number, said)
            else:
                found[place] = (number, said)
        return list(found.values()), [each for place, each in denied.items() if place not in found]

    def _inside_an_idiom(self) -> Callable[[Said], bool]:
        if self._inside is None:
            self._inside = _inside_of([said for _, said in self._of(_IDIOM)[0]])
        return self._inside

    def _said_at(self, label: str, places: Sequence[_Place]) -> Iterator[_Ordered]:
        for number, text, first, last in places:
            bounds, (_, _, starts, ends) = text.bounds, text.read
            start, end = starts[bounds[first][0]], ends[bounds[last][1] - 1]
            clause, asked, quoted = self.clauses.at(start)
            negated = self._is_negated(clause, text, first)
            yield number, Said(label, self.field, start, end, clause, first, negated, asked, quoted)

    def _is_negated(self, clause: int, text: Words, at: int) -> bool:
        """Whether a negation reaches word `at`: not across a comma, and not where it denies nothing (`not only`)."""
        first = max(0, at - _NEGATION_REACH)
        negations = self._for.negations
        if negations.isdisjoint(text.texts[first:at]):
            return False
        return any(
            text.texts[place] in negations
            and text.texts[place + 1] not in self._for.not_denying
            and self.clauses.number(text.start(place)) == clause
            and "," not in self.field.text[text.end(place) : text.start(at)]
            for place in range(first, at)
        )


class HeardTogether:
    """What several texts say, by label; they are looked through when the first label is asked for."""

    def __init__(self, texts: Sequence[Heard]) -> None:
        self._texts = texts
        self._in: dict[str, list[int]] | None = None
        self._known: dict[tuple[str, ...], list[Said]] = {}

    def under(self, labels: tuple[str, ...]) -> list[Said]:
        """What was said under any of the labels; a label that ends in `:` stands for all that start with it."""
        known = self._known.get(labels)
        if known is None:
            known = self._known[labels] = self._gathered(self._wanted(labels), denied=False)
        return known.copy()

    def denied(self, labels: tuple[str, ...]) -> list[Said]:
        """What was said under any of the labels, but only to deny it."""
        return self._gathered(self._wanted(labels), denied=True)

    def everything(self, *, denied: bool = False) -> list[Said]:
        """What was said, or only denied, under any label."""
        return self._gathered(frozenset(self._labels()), denied=denied)

    def _labels(self) -> dict[str, list[int]]:
        """By label, the numbers of the texts that say something under it."""
        if self._in is None:
            self._in = {}
            for number, text in enumerate(self._texts):
                for label in text.labels:
                    self._in.setdefault(label, []).append(number)
        return self._in

    def _wanted(self, labels: tuple[str, ...]) -> frozenset[str]:
        names, kinds = _names_and_kinds(labels)
        here = self._labels()
        wanted = names & here.keys()
        return wanted.union(label for label in here if label.startswith(kinds)) if kinds else wanted

    def _gathered(self, wanted: frozenset[str], *, denied: bool) -> list[Said]:
        if not wanted:
            return []
        here = self._labels()
        found: list[Said] = []
        for number in sorted({number for label in wanted for number in here[label]}):
            text = self._texts[number]
            found += text.under(wanted.intersection(text.labels), denied=denied)
        return found


@lru_cache(maxsize=1024)
def _names_and_kinds(labels: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    return frozenset(labels), tuple(label for label in labels if label.endswith(":"))


def _in_order(each: _Ordered) -> int:
    return each[0]


def _inside_of(idioms: Sequence[Said]) -> Callable[[Said], bool]:
    """Tells what is part of a turn of phrase that means something else, such as `safe travels`."""
    if not idioms:
        return lambda _: False
    in_order = sorted(idioms, key=lambda idiom: idiom.start)
    starts = [idiom.start for idiom in in_order]
    reach = list(accumulate((idiom.end for idiom in in_order), max))
    return lambda said: said.start >= starts[0] and reach[bisect_right(starts, said.start) - 1] >= said.end
