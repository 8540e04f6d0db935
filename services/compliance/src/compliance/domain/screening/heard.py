"""The listed phrases of one text, asked for by label.

Most texts are asked for few labels and some for none. So a text is looked through when the first label is asked for,
and what was found becomes `Said`, with clause, negation and quotation, label by label.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

from compliance.domain.screening.text.clauses import Clauses
from compliance.domain.screening.text.fields import TextField
from compliance.domain.screening.text.normal import Words
from compliance.domain.screening.text.phrases import Hits, PhraseIndex
from compliance.domain.screening.text.said import Said

_NEGATION_REACH = 3
_IDIOM = "idiom"
OWN_USE = "own_use"
"""The label of the company's own diseases."""

_Order = tuple[int, int]
_Ordered = tuple[_Order, Said]


class Listened(NamedTuple):
    """What is listened for: `phrases`, `terms` of the company's own uses, and words that settle what was denied."""

    phrases: PhraseIndex
    terms: frozenset[str]
    negations: frozenset[str]
    not_denying: frozenset[str]
    abbreviations: frozenset[str]


class Heard:
    """What one text says. Terms of own uses are said even where they are negated."""

    def __init__(self, field: TextField, listened: Listened) -> None:
        self.field = field
        self._for = listened
        self._clauses: Clauses | None = None
        self._phrases: list[tuple[Words, Hits]] = []
        self._terms: list[tuple[Words, Hits]] = []
        self._made: dict[str, tuple[list[_Ordered], list[_Ordered]]] = {}
        self._inside: Callable[[Said], bool] | None = None

    @property
    def clauses(self) -> Clauses:
        """The clauses of the text."""
        if self._clauses is None:
            self._clauses = Clauses(self.field.text, self._for.abbreviations)
        return self._clauses

    def listen(self) -> Iterator[str]:
        """Look the text through, once; every label there is something under, some more than once."""
        terms = self._for.terms
        for words in self.field.word_streams:
            hits = self._for.phrases.find(words)
            self._phrases.append((words, hits))
            yield from hits
            if not terms.isdisjoint(words.texts):
                places = [(at, at, at) for at, word in enumerate(words.texts) if word in terms]
                self._terms.append((words, {OWN_USE: places}))
                yield OWN_USE

    def under(self, labels: Iterable[str], *, denied: bool = False) -> list[Said]:
        """What was said under any of the labels, in the order found; with `denied`, only to deny it."""
        found = [self._of(label)[denied] for label in labels]
        if len(found) == 1:
            return [said for _, said in found[0]]
        return [said for _, said in sorted(chain.from_iterable(found), key=_in_order)]

    def _of(self, label: str) -> tuple[list[_Ordered], list[_Ordered]]:
        """What was said and what was denied under one label."""
        made = self._made.get(label)
        if made is None:
            found, denied = self._told(label)
            said = [*found, *self._said_in(label, self._terms, len(self._phrases))] if label == OWN_USE else found
            if label != _IDIOM and said:
                inside = self._inside_an_idiom()
                said = [each for each in said if not inside(each[1])]
            made = self._made[label] = (said, denied)
        return made

    def _told(self, label: str) -> tuple[list[_Ordered], list[_Ordered]]:
        """One `Said` a place: what is denied in one way of cutting words and told in another is told."""
        found: dict[tuple[int, int], _Ordered] = {}
        denied: dict[tuple[int, int], _Ordered] = {}
        for order, said in self._said_in(label, self._phrases):
            place = (said.start, said.end)
            if place in found:
                continue
            if said.negated:
                denied[place] = (denied[place][0] if place in denied else order, said)
            else:
                found[place] = (order, said)
        return list(found.values()), [each for place, each in denied.items() if place not in found]

    def _inside_an_idiom(self) -> Callable[[Said], bool]:
        if self._inside is None:
            self._inside = _inside_of([said for _, said in self._of(_IDIOM)[0]])
        return self._inside

    def _said_in(self, label: str, heard: Iterable[tuple[Words, Hits]], before: int = 0) -> Iterator[_Ordered]:
        """What was heard under a label; `before` so many ways to cut the text count as heard earlier."""
        for way, (text, hits) in enumerate(heard, before):
            if label not in hits:
                continue
            clauses, bounds, (_, _, starts, ends) = self.clauses, text.bounds, text.read
            may_deny = not self._for.negations.isdisjoint(text.distinct)
            for number, first, last in hits[label]:
                start, end = starts[bounds[first][0]], ends[bounds[last][1] - 1]
                clause, asked, quoted = clauses.at(start)
                negated = may_deny and self._is_negated(clause, text, first)
                yield (way, number), Said(label, self.field, start, end, clause, first, negated, asked, quoted)

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
    """What the texts of an action say, by label. Each is looked through when a label is first asked of it."""

    def __init__(self, texts: Sequence[Heard]) -> None:
        self._texts = texts
        self._waiting = set(range(len(texts)))
        self._in: dict[str, set[int]] = {}
        self._kinds: dict[str, set[str]] = {}
        self._known: dict[tuple[tuple[str, ...], frozenset[int]], list[Said]] = {}

    def under(self, labels: tuple[str, ...], among: frozenset[int]) -> list[Said]:
        """What was said under any of the labels; a label that ends in `:` stands for all that begin so.

        `among` are the numbers of the texts that are asked.
        """
        known = self._known.get((labels, among))
        if known is None:
            known = self._known[labels, among] = self._gathered(labels, among, denied=False)
        return known.copy()

    def denied(self, labels: tuple[str, ...], among: frozenset[int]) -> list[Said]:
        """What was said under any of the labels, but only to deny it."""
        return self._gathered(labels, among, denied=True)

    def everything(self, *, denied: bool = False) -> list[Said]:
        """What was said, or only denied, under any label."""
        self._listen(self._waiting)
        return self._gathered(tuple(self._in), frozenset(range(len(self._texts))), denied=denied)

    def _listen(self, numbers: Iterable[int]) -> None:
        for number in sorted(numbers):
            for label in self._texts[number].listen():
                self._in.setdefault(label, set()).add(number)
                if ":" in label:
                    kind = label[: label.index(":") + 1]
                    self._kinds.setdefault(kind, set()).add(label)
                    self._in.setdefault(kind, set()).add(number)
        self._waiting.difference_update(numbers)

    def _gathered(self, labels: tuple[str, ...], among: frozenset[int], *, denied: bool) -> list[Said]:
        if not self._waiting.isdisjoint(among):
            self._listen(self._waiting & among)
        here = self._in
        if here.keys().isdisjoint(labels):
            return []
        wanted = {one for label in labels if label in here for one in self._kinds.get(label, (label,))}
        numbers = among.intersection(number for label in wanted for number in here[label])
        return [
            said
            for number in sorted(numbers)
            for said in self._texts[number].under((one for one in wanted if number in here[one]), denied=denied)
        ]


def _in_order(each: _Ordered) -> _Order:
    return each[0]


def _inside_of(idioms: Sequence[Said]) -> Callable[[Said], bool]:
    """Tells what is part of a turn of phrase that means something else, such as `safe travels`."""
    if not idioms:
        return lambda _: False
    in_order = sorted(idioms, key=lambda idiom: idiom.start)
    starts = [idiom.start for idiom in in_order]
    reach = list(accumulate((idiom.end for idiom in in_order), max))
    return lambda said: said.start >= starts[0] and reach[bisect_right(starts, said.start) - 1] >= said.end
