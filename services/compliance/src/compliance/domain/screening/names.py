"""Finding a company's own medicines: brand, INN, codes and study names, however they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from compliance.domain.screening.confusables import DIGITS_AS_LETTERS
from compliance.domain.screening.fields import TextField
from compliance.domain.screening.normal import Token, squeezed, words

_SHORTEST = 3
_SHORTEST_INSIDE_A_WORD = 6
_SHORTEST_INSIDE_A_TAG = 5
_SHORTEST_MISSPELT = 6
_LONG = 10
_WIDEST_GAP = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """A medicine of ours, by its index in `company.products`, at characters [start, end) of a field."""

    field: TextField
    start: int
    end: int
    product: int
    misspelt: bool


@dataclass(frozen=True, slots=True)
class _Name:
    letters: str
    product: int
    common: bool
    spelled: bool  # close spellings count too


def _folded(text: str) -> str:
    return text.translate(DIGITS_AS_LETTERS)


class NameIndex:
    """The names of one company's products. `common` are names that are also ordinary words."""

    def __init__(self, names: Sequence[_Name]) -> None:
        self._exact: dict[str, _Name] = {}
        for name in names:
            self._exact.setdefault(_folded(name.letters), name)
        self._inside = tuple(
            (_folded(name.letters), name)
            for name in names
            if not name.common and len(name.letters) >= _SHORTEST_INSIDE_A_TAG
        )
        self._spelled = tuple((name.letters, name) for name in names if name.spelled and not name.common)
        self._initials = frozenset(letters[0] for letters in self._exact)
        self._longest = max((len(name.letters) for name in names), default=0)

    def find(self, field: TextField) -> Iterator[Mention]:
        """Mentions in order of place; overlapping ones only once."""
        reach = -1
        text = field.tokens
        for at, token in enumerate(text):
            if token.start < reach or _a_person(text, at):
                continue
            mention = self._run(field, text, at) or self._inside_word(field, token) or self._close(field, token)
            if mention:
                reach = mention.end
                yield mention

    def _run(self, field: TextField, text: Sequence[Token], at: int) -> Mention | None:
        if _folded(text[at].text[0]) not in self._initials:
            return None
        letters, best, last = "", None, at
        for last in range(at, len(text)):
            if last > at and not _adjacent(field, text[last - 1], text[last]):
                break
            letters += text[last].text
            if len(letters) > self._longest + 1:
                break
            name = self._exact.get(_folded(letters)) or self._exact.get(_folded(letters.removesuffix("s")))
            if name and (not name.common or _as_a_name(field, text, at)):
                best = Mention(field, text[at].start, text[last].end, name.product, misspelt=False)
        return best

    def _inside_word(self, field: TextField, token: Token) -> Mention | None:
        tagged = field.joined or (token.start > 0 and field.text[token.start - 1] in "#@＃＠")  # noqa: RUF001
        shortest = _SHORTEST_INSIDE_A_TAG if tagged else _SHORTEST_INSIDE_A_WORD
        if len(token.text) <= shortest:
            return None
        word = _folded(token.text)
        for letters, name in self._inside:
            if len(letters) >= shortest and letters in word:
                return Mention(field, token.start, token.end, name.product, misspelt=False)
        return None

    def _close(self, field: TextField, token: Token) -> Mention | None:
        word = token.text
        if len(word) < _SHORTEST_MISSPELT - 1 or not word.isalpha():
            return None
        for letters, name in self._spelled:
            allowed = 2 if len(letters) >= _LONG else 1
            if word[0] == letters[0] and abs(len(word) - len(letters)) <= allowed and _apart(word, letters, allowed):
                return Mention(field, token.start, token.end, name.product, misspelt=True)
        return None


def _adjacent(field: TextField, before: Token, after: Token) -> bool:
    gap = field.text[before.end : after.start]
    return (len(gap) <= _WIDEST_GAP and not any(mark in gap for mark in ".!?;:,\n")) or not gap.strip("./\\|·•* _-")


def _as_a_name(field: TextField, text: Sequence[Token], at: int) -> bool:
    """A name that is also a common word counts when it is capitalised inside a sentence."""
    if not text[at].capital:
        return False
    before = field.text[: text[at].start].rstrip(" \"'“”‘’(#@")  # noqa: RUF001 - quotation marks
    return bool(before) and before[-1] not in ".!?:;\n…"


_TITLES = frozenset(
    words("dr prof professor mr mrs ms miss frau herr dra doctor madame monsieur signora signor doktor mevrouw")
)


def _a_person(text: Sequence[Token], at: int) -> bool:
    """`Dr Humira Qazi`: a title before and a capitalised name after make a medicine's name a person's."""
    titled = at > 0 and text[at - 1].text in _TITLES
    return titled and at + 1 < len(text) and text[at + 1].capital


def _apart(word: str, name: str, allowed: int) -> bool:
    """Whether at most `allowed` letters differ (insert, drop, replace, or swap two neighbours)."""
    before: list[int] = []
    row = list(range(len(name) + 1))
    for i, letter in enumerate(word, 1):
        following = [i] + [0] * len(name)
        for j, other in enumerate(name, 1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == name[j - 2] and word[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            following[j] = cost
        if min(following) > allowed:
            return False
        before, row = row, following
    return row[-1] <= allowed


def name_index(products: Sequence[Mapping[str, Any]], *, common: frozenset[str], salts: frozenset[str]) -> NameIndex:
    """The index for a company's product list; equal lists share one index."""
    rows = tuple(
        (index, str(product["name"]), str(product.get("inn") or ""), tuple(product.get("aliases") or ()))
        for index, product in enumerate(products)
    )
    return _index_of(rows, common, salts)


@lru_cache(maxsize=64)
def _index_of(
    rows: tuple[tuple[int, str, str, tuple[str, ...]], ...], common: frozenset[str], salts: frozenset[str]
) -> NameIndex:
    names: dict[str, _Name] = {}
    for index, brand, inn, aliases in rows:
        for written in (brand, inn, _without_salts(inn, salts), *aliases):
            letters = squeezed(written)
            if len(letters) >= _SHORTEST:
                shortest = _SHORTEST_MISSPELT + (written in aliases)
                spelled = letters.isalpha() and len(letters) >= shortest and len(words(written)) == 1
                names.setdefault(letters, _Name(letters, index, letters in common, spelled))
    return NameIndex(tuple(names.values()))


def _without_salts(inn: str, salts: frozenset[str]) -> str:
    kept = [word for word in words(inn) if word not in salts]
    return kept[0] if len(kept) == 1 else ""
