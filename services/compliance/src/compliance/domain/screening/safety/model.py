"""What a safety model is asked: passages of text with medicines masked, and the signals the word lists found there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, Protocol

from compliance.domain.screening.reading import Reading
from compliance.domain.screening.safety.signals import LABELS, NOT_FOR_THE_MODEL, REACTIONS, Signals
from compliance.domain.screening.text.fields import TextField
from compliance.domain.screening.text.normal import Token

MASK = "drug"
Context = Literal["treatment", "reaction", "other"]
_ENOUGH_WORDS, _MOST_WORDS = 16, 40
_FOR_THE_MODEL = LABELS - NOT_FOR_THE_MODEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Characters [start, end) of a field. `text` has every medicine's name replaced by MASK.

    `context` decides which threshold holds: it speaks of a medicine or of being treated and is no headline
    (`treatment`), it names what could be a reaction (`reaction`), or neither (`other`).
    """

    field: TextField
    start: int
    end: int
    text: str
    signals: tuple[str, ...]
    context: Context


class SafetyModel(Protocol):
    """A statistical model of safety reports. It can ask for a hand-over; it can never clear a text."""

    @property
    def sha256(self) -> str:
        """Names the weights and thresholds."""
        ...

    def scores(self, passages: Sequence[Passage]) -> Sequence[float]:
        """One score from 0 to 1 for each passage; from 0.5 on it is handed over. Same passages, same scores."""
        ...


class NoModel:
    """For texts that only the word lists judge: our own words, and the lists' own tests."""

    sha256 = "none"

    def scores(self, passages: Sequence[Passage]) -> Sequence[float]:
        """Zero throughout."""
        return [0.0] * len(passages)


def passages_of(reading: Reading, found: Signals) -> Iterator[Passage]:
    """A text in passages of whole clauses, as far as they are short; none of a figure of speech without a medicine.

    Clauses in which nothing is told of anybody are left out: a model that counts words cannot tell them apart.
    Sentences in another language than the model learned are left out where no medicine is named and nothing told of.
    """
    if (found.said("figure_of_speech") and not found.product) or (found.said("not_taken") and not found.special):
        return
    field = found.field
    silent = found.of_nobody | _only_denied(reading, found)
    context: Context = "treatment" if found.of_treatment else "reaction" if found.of_reaction else "other"
    names = _names(found)
    listed = {(each.start, label) for label in _FOR_THE_MODEL for each in found.said(label)}
    said = sorted(listed | {(each.start, f"told:{each.label}") for each in found.reactions})
    whole = _of_the_whole(found)
    everything = bool(found.named or found.reactions or found.special)
    for start, end in _cuts(reading, field, silent, everything=everything):
        first, last = bisect_left(said, (start, "")), bisect_left(said, (end, ""))
        yield Passage(
            field=field,
            start=start,
            end=end,
            text=_masked(field.text, start, end, names),
            signals=tuple(sorted({*whole, *(label for _, label in said[first:last])})),
            context=context,
        )


def _of_the_whole(found: Signals) -> list[str]:
    whole: list[str] = []
    if found.person and found.product:
        whole.append("person_and_product")
    if len(found.product) > 1:
        whole.append("more_products")
    return whole


def _names(found: Signals) -> list[tuple[int, int]]:
    """The places of names, in order, none inside another."""
    places = sorted({(each.start, each.end) for each in found.named}, key=lambda place: (place[0], -place[1]))
    apart: list[tuple[int, int]] = []
    for start, end in places:
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


def _masked(text: str, start: int, end: int, names: Sequence[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = start
    for first, last in names[bisect_left(names, (start, 0)) : bisect_left(names, (end, 0))]:
        if last <= end:
            pieces += (text[at:first], MASK)
            at = last
    return "".join((*pieces, text[at:end]))


def _only_denied(reading: Reading, found: Signals) -> frozenset[int]:
    """Clauses that deny reactions, tell of none, and say of nothing what it came from."""
    path = found.field.path
    denied = {each.clause for each in reading.negated(*REACTIONS) if each.field.path == path}
    told = {each.clause for each in (*found.reactions, *found.special, *found.said("contrast"), *found.said("cause"))}
    return frozenset(denied - told)


def _cuts(reading: Reading, field: TextField, silent: frozenset[int], *, everything: bool) -> Iterator[tuple[int, int]]:
    anything = everything or not reading.has_other_language(field.tokens.texts)
    if anything and not silent:
        yield from _short_parts(reading, field)
        return
    for run in _runs(reading, field, silent, english=not anything):
        for at in range(0, len(run), _MOST_WORDS):
            part = run[at : at + _MOST_WORDS]
            yield part[0].start, part[-1].end


def _runs(reading: Reading, field: TextField, silent: frozenset[int], *, english: bool) -> Iterator[list[Token]]:
    """The words of neighbouring clauses, without the silent ones and, with `english`, those of another language."""
    run: list[Token] = []
    for number, clause in groupby(field.tokens, key=lambda word: reading.clause(field, word.start)):
        words = list(clause)
        if number not in silent and (not english or reading.is_english([word.text for word in words])):
            run += words
        elif run:
            yield run
            run = []
    if run:
        yield run


def _short_parts(reading: Reading, field: TextField) -> Iterator[tuple[int, int]]:
    """Parts of at most _MOST_WORDS words, cut where a clause begins once there are _ENOUGH_WORDS."""
    words = field.tokens
    if len(words) <= _MOST_WORDS:
        if len(words):
            yield 0, len(field.text)
        return
    starts, places = words.read.starts, [place for place, _ in words.bounds]
    start = first = 0
    for number, place in enumerate(places):
        count = number - first
        if count < _ENOUGH_WORDS:
            continue
        here = starts[place]
        if count >= _MOST_WORDS or reading.clause(field, here) != reading.clause(field, starts[places[number - 1]]):
            yield start, here
            start, first = here, number
    yield start, len(field.text)
