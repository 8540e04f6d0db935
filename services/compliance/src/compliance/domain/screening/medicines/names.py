"""Finding a company's own medicines: brand, INN, codes and study names, however they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from compliance.domain.screening.medicines.sounds import OddSpellings, holds_other_letters, in_other_letters
from compliance.domain.screening.medicines.spelling import CloseSpellings, folded, word_reads_like, words_read_like
from compliance.domain.screening.medicines.written import (
    as_a_name,
    hidden_words,
    joined_runs,
    marks_as_letters,
    may_hide_words,
    may_join_runs,
    part_of_a_name,
)
from compliance.domain.screening.remembered import Remembered
from compliance.domain.screening.text.fields import TextField
from compliance.domain.screening.text.marks import TAG_MARKS
from compliance.domain.screening.text.normal import Token, Words, squeezed, words
from compliance.domain.screening.text.together import Together

_SHORTEST = 3
_SHORTEST_WITHOUT_SPACES = 2
_SHORTEST_INSIDE_A_WORD = 6
_SHORTEST_INSIDE_A_TAG = 5
_SHORTEST_CODE_INSIDE_A_TAG = 4
_SHORTEST_MISSPELT = 6
_SHORTEST_INFLECTED = 4
_WIDEST_GAP = 3
_SHORT = 64
_MOST_REMEMBERED = 8192
_ENDINGS = ("s", "es", "e", "en", "n", "em", "er", "a", "u", "i", "om")
_CAPITALS_AND_SMALL_LETTERS_FROM = "\u0590"  # scripts above have no capitals; the far eastern ones no spaces either


@dataclass(frozen=True, slots=True)
class Mention:
    """A medicine of ours, by its index in `company.products`, at characters [start, end) of a field.

    `misspelt`: only a close spelling. `sure` is False where the name is also an ordinary word, or a person's.
    """

    field: TextField
    start: int
    end: int
    product: int
    misspelt: bool
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Name:
    letters: str
    parts: tuple[str, ...]
    product: int
    common: bool
    elsewhere: bool  # an ordinary word, but of other languages than English
    spelled: bool  # close spellings count too


class _Word(NamedTuple):
    """What of ours a word may be: the beginning of a name, a close spelling, or the first word of several."""

    begins: bool
    close: _Name | None
    several: tuple[_Name, ...]


class _Sought(NamedTuple):
    """What is worth looking for in texts: words that may be a name, names inside of words, runs, hidden names.

    What is not told of here is not looked for: a further way to hide a name has to be known here, too.
    """

    words: frozenset[str]
    inside: Sequence[tuple[str, _Name]]
    runs: bool
    hidden: bool


class NameIndex:
    """The names of one company's products; see `Ordinary` for `not_english`."""

    def __init__(self, names: Sequence[_Name], not_english: frozenset[str]) -> None:
        self._not_english = not_english
        self._exact: dict[str, _Name] = {}
        for name in names:
            self._exact.setdefault(folded(name.letters), name)
        plain = [name for name in names if not name.common]
        self._inside = tuple(
            (folded(name.letters), name)
            for name in plain
            if len(name.letters) >= _SHORTEST_INSIDE_A_TAG or _unspaced(name.letters) or _short_code(name.letters)
        )
        self._close = CloseSpellings((name.letters, name) for name in plain if name.spelled and len(name.parts) == 1)
        single = [name for name in plain if name.spelled and len(name.parts) == 1]
        self._odd = OddSpellings((name.letters, name) for name in single if name.letters.isascii())
        self._several = tuple(name for name in plain if name.spelled and len(name.parts) > 1)
        self._firsts = frozenset(folded(name.parts[0][0]) for name in self._several)
        self._beginnings = frozenset(letters[:end] for letters in self._exact for end in range(1, len(letters) + 1))
        self._whole = tuple(self._exact)
        self._nothing_in: set[tuple[bool, bool, str]] = set()  # short texts come again and again; changes no answer
        self._known: Remembered[_Word | None] = Remembered(self._may_be)

    def __contains__(self, letters: str) -> bool:
        """Whether the run-together letters are a name of ours."""
        return folded(letters) in self._exact

    def find_in(self, texts: Together) -> Iterator[Mention]:
        """Mentions in all texts, text by text; in order of place, overlapping ones only once."""
        if self._exact and any(sought := self._sought_in(texts)):
            for field in texts.fields:
                yield from self._found_in(field, sought)

    def find(self, field: TextField) -> Iterator[Mention]:
        """Mentions in one text."""
        return self.find_in(Together((field,)))

    def _sought_in(self, texts: Together) -> _Sought:
        letters = folded(texts.letters)
        inside = [(part, name) for part, name in self._inside if part in letters]
        words = self._known.telling(texts.words)
        if inside:
            words |= {word for word in texts.words if any(part in folded(word) for part, _ in inside)}
        hidden = may_hide_words(texts.text) or holds_other_letters(texts.text)
        return _Sought(words, inside, may_join_runs(texts.text), hidden)

    def _found_in(self, field: TextField, sought: _Sought) -> Iterator[Mention]:
        if (field.joined, field.url, field.text) in self._nothing_in:
            return
        found = [*self._visible(field, sought), *(self._hidden(field) if sought.hidden else ())]
        if not found and len(field.text) <= _SHORT:
            if len(self._nothing_in) >= _MOST_REMEMBERED:
                self._nothing_in.clear()
            self._nothing_in.add((field.joined, field.url, field.text))
        reach = -1
        for mention in sorted(found, key=lambda each: (each.start, not each.sure, each.misspelt, -each.end)):
            if mention.start >= reach:
                reach = mention.end
                yield mention

    def _visible(self, field: TextField, sought: _Sought) -> Iterator[Mention]:
        for text in field.word_streams if sought.words else ():
            yield from self._in_words(field, text, sought)
        if sought.runs:
            yield from self._in_runs(field)

    def _in_words(self, field: TextField, text: Words, sought: _Sought) -> Iterator[Mention]:
        for at in [at for at, word in enumerate(text.texts) if word in sought.words]:
            known = self._known[text.texts[at]]
            mention = self._run(field, text, at) if known and known.begins else None
            if mention is None and sought.inside:
                mention = self._inside_word(field, text[at], sought.inside)
            if mention is None and known:
                mention = self._close_word(field, text, at, known) or self._close_words(field, text, at, known)
            if mention:
                yield replace(mention, sure=False) if part_of_a_name(text, at) else mention

    def _may_be(self, word: str) -> _Word | None:
        """What of ours a word may be or begin; None for most."""
        shape = folded(word)
        begins = shape in self._beginnings or shape.startswith(self._whole)
        close = self._close.find(shape) or self._odd.find(word) if any(letter.isalpha() for letter in word) else None
        several = tuple(
            name for name in self._several if shape[0] in self._firsts and word_reads_like(word, name.parts[0])
        )
        return _Word(begins, close, several) if begins or close or several else None

    def _run(self, field: TextField, text: Words, at: int) -> Mention | None:
        if not self._may_run(text.texts, at):
            return None
        letters, best, first = "", None, text[at]
        before = first
        for last in range(at, len(text)):
            token = text[last]
            if last > at and not _adjacent(field, before, token):
                break
            letters, before = letters + token.text, token
            name = self._named(letters)
            if name and name.common:
                if last == at:
                    sure = as_a_name(field, text, at) or (
                        name.elsewhere and self._not_english.isdisjoint(text.distinct)
                    )
                    best = Mention(field, first.start, first.end, name.product, misspelt=False, sure=sure)
            elif name:
                best = Mention(field, first.start, token.end, name.product, misspelt=_changed(letters, name))
            if folded(letters) not in self._beginnings:
                break
        return best

    def _may_run(self, texts: Sequence[str], at: int) -> bool:
        """Whether a word is a name, or may be the beginning of one with the next: few words of all are."""
        if self._named(texts[at]):
            return True
        both = "".join(texts[at : at + 2])
        return folded(both) in self._beginnings or self._named(both) is not None

    def _named(self, letters: str) -> _Name | None:
        """The name that the letters are, as it stands or inflected."""
        shape = folded(letters)
        exact = self._exact.get(shape)
        if exact or not shape.endswith(_ENDINGS):
            return exact
        for ending in _ENDINGS:
            if shape.endswith(ending):
                name = self._exact.get(shape[: -len(ending)])
                if name and not name.common and (ending == "s" or len(name.letters) > _SHORTEST_INFLECTED):
                    return name
        return None

    def _inside_word(self, field: TextField, token: Token, names: Sequence[tuple[str, _Name]]) -> Mention | None:
        tagged = field.joined or (token.start > 0 and field.text[token.start - 1] in TAG_MARKS)
        shortest = _SHORTEST_INSIDE_A_TAG if tagged else _SHORTEST_INSIDE_A_WORD
        shape = folded(token.text)
        for letters, name in names:
            if letters not in shape:
                continue
            if len(letters) >= shortest or _unspaced(letters) or (tagged and _holds_code(token.text, name.letters)):
                return Mention(field, token.start, token.end, name.product, misspelt=False)
        return None

    def _close_word(self, field: TextField, text: Words, at: int, known: _Word) -> Mention | None:
        if known.close is None:
            return None
        return Mention(field, text[at].start, text[at].end, known.close.product, misspelt=True)

    def _close_words(self, field: TextField, text: Words, at: int, known: _Word) -> Mention | None:
        for name in known.several:
            run = text.texts[at : at + len(name.parts)]
            if len(run) == len(name.parts) and words_read_like(run, name.parts):
                end = text[at + len(run) - 1].end
                return Mention(field, text[at].start, end, name.product, misspelt=True)
        return None

    def _in_runs(self, field: TextField) -> Iterator[Mention]:
        """Names cut by marks inside a word (`Vel*rin`) or spelled out letter by letter."""
        for letters, start, end in joined_runs(field):
            shape = folded(letters)
            for name in (self._named(letters), self._close.find(shape), self._odd.find(letters)):
                if name and (not name.common or end - start >= 2 * len(letters) - 1):  # letter by letter is on purpose
                    yield Mention(field, start, end, name.product, misspelt=_changed(letters, name))
            for inside, name in self._inside:
                if len(inside) >= _SHORTEST_INSIDE_A_WORD and inside in shape:
                    yield Mention(field, start, end, name.product, misspelt=False)

    def _hidden(self, field: TextField) -> Iterator[Mention]:
        """Names behind marks for letters, letters of other scripts, escapes, reversed writing or an encoded host."""
        for read in marks_as_letters(field):
            for token in read:
                name = self._named(token.text) or self._close.find(folded(token.text))
                if name and not name.common:
                    yield Mention(field, token.start, token.end, name.product, misspelt=True)
        for sound, start, end in in_other_letters(field.text):
            if name := self._odd.by_sound(sound):
                yield Mention(field, start, end, name.product, misspelt=True)
        for read, start, end in hidden_words(field):
            for each in self._visible(read, self._sought_in(Together((read,)))):
                yield Mention(field, start, end, each.product, misspelt=True, sure=each.sure)


def _changed(letters: str, name: _Name) -> bool:
    """Whether more than an ending differs from the name: a digit in a letter's place, another letter."""
    return not letters.startswith(name.letters)


def _short_code(letters: str) -> bool:
    """Letters and digits of a code such as `OV-88`: too short for a word's part, but no word holds them by chance."""
    return len(letters) >= _SHORTEST_CODE_INSIDE_A_TAG and not letters.isalpha() and not letters.isdecimal()


def _holds_code(word: str, code: str) -> bool:
    """Whether the code stands in the word digit for digit, and no further digit follows."""
    before, found, after = word.partition(code)
    return bool(found) and _short_code(code) and not after[:1].isdecimal() and not before[-1:].isdecimal()


def _unspaced(letters: str) -> bool:
    return letters[0] >= _CAPITALS_AND_SMALL_LETTERS_FROM


def _adjacent(field: TextField, before: Token, after: Token) -> bool:
    gap = field.text[before.end : after.start]
    if gap in {"-\n", "-\r\n", "\u00ad\n"}:
        return True
    return (len(gap) <= _WIDEST_GAP and not any(mark in gap for mark in ".!?;:,\n")) or not gap.strip("./\\|·•* _-")


@dataclass(frozen=True, slots=True)
class Ordinary:
    """Words that a name may be as well: in English too (`common`), only `elsewhere`; and the salts of an INN.

    `not_english` are small words that tell a text in another language than English.
    """

    common: frozenset[str]
    elsewhere: frozenset[str]
    not_english: frozenset[str]
    salts: frozenset[str]


def ordinary_words(words_of: Mapping[str, frozenset[str]]) -> Ordinary:
    """Of a lexicon's sets of single words."""
    wanted = ("common_word", "common_word_elsewhere", "other_language", "english", "salt")
    return _ordinary(*(words_of[name] for name in wanted))


@lru_cache(maxsize=8)
def _ordinary(
    common: frozenset[str],
    elsewhere: frozenset[str],
    other_language: frozenset[str],
    english: frozenset[str],
    salts: frozenset[str],
) -> Ordinary:
    return Ordinary(common, elsewhere, other_language - english, salts)


def name_index(products: Sequence[Mapping[str, Any]], ordinary: Ordinary) -> NameIndex:
    """The index for a company's product list; equal lists share one index."""
    rows = tuple(
        (index, str(product["name"]), str(product.get("inn") or ""), tuple(product.get("aliases") or ()))
        for index, product in enumerate(products)
    )
    return _index_of(rows, ordinary)


@lru_cache(maxsize=64)
def _index_of(rows: tuple[tuple[int, str, str, tuple[str, ...]], ...], ordinary: Ordinary) -> NameIndex:
    common, elsewhere = ordinary.common, ordinary.elsewhere
    names: dict[str, _Name] = {}
    for index, brand, inn, aliases in rows:
        for written in (brand, inn, _without_salts(inn, ordinary.salts), *aliases):
            letters = squeezed(written)
            if len(letters) >= (_SHORTEST_WITHOUT_SPACES if letters and _unspaced(letters) else _SHORTEST):
                parts = words(written)
                shortest = _SHORTEST_MISSPELT + (written in aliases)
                spelled = len(letters) >= shortest and (letters.isalpha() or len(parts) > 1)
                either = letters in common or letters in elsewhere
                names.setdefault(letters, _Name(letters, parts, index, either, letters in elsewhere, spelled))
    return NameIndex(tuple(names.values()), ordinary.not_english)


def _without_salts(inn: str, salts: frozenset[str]) -> str:
    kept = [word for word in words(inn) if word not in salts]
    return kept[0] if len(kept) == 1 else ""
