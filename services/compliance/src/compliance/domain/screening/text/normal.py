"""One way to read text: without case, accents, look-alike letters and invisible characters.

Every normalised character remembers the span of original characters it came from, so that evidence
always quotes the text as it was given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, overload

from compliance.domain.screening.text.confusables import LOOK_ALIKES

_INVISIBLE = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
_WORD = re.compile(r"[^\W_]+")
_UNPLAIN = re.compile(r"[^\x00-\x7f]")
_UNPLAIN_OR_ESCAPED = re.compile(r"[^\x00-\x7f]|%([0-7][0-9A-Fa-f])")
_JOINT = re.compile(r"(?<=[a-z])[A-Z]")
_PLAIN = bytes(range(128))
_SPACED = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
_MANY = 20
_FEW = 24  # from so many single tokens on, all at once are cheaper


class Token(NamedTuple):
    """A run of letters and digits; `start` and `end` count characters of the original text."""

    text: str
    start: int
    end: int
    capital: bool
    glued: bool  # follows the token before it without anything between: a part of a joined word


class Normalised(NamedTuple):
    """`text` with, for each of its characters, where the original characters start and end."""

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of normalised characters [start, end), end exclusive; end > start."""
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    if character in _INVISIBLE or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return ""
    replaced = LOOK_ALIKES.get(character) or LOOK_ALIKES.get(character.casefold(), character)
    letters = unicodedata.normalize("NFKD", replaced).casefold()
    plain = "".join(LOOK_ALIKES.get(c, c) for c in letters if unicodedata.category(c) not in {"Cf", "Mn", "Me"})
    return plain or " "


def normalise(text: str, *, url: bool = False) -> Normalised:
    """Fold `text`; with `url`, percent-escapes of ASCII are read as the characters they stand for."""
    escaped = url and "%" in text
    if not escaped:
        plain = text.lower() if text.isascii() else _folded_one_for_one(text)
        if plain is not None:
            return Normalised(text, plain, range(len(text)), range(1, len(text) + 1))
    return _folded_piece_by_piece(text, _UNPLAIN_OR_ESCAPED if escaped else _UNPLAIN)


def unplain(text: str) -> set[str]:
    """The characters of a text that are not ASCII: what is left of it without all others, far faster than a search."""
    return set(text.encode("utf-8", "surrogatepass").translate(None, _PLAIN).decode("utf-8", "surrogatepass"))


def _folded_one_for_one(text: str) -> str | None:
    """The folded text where every character folds to one character, so that places stay; else None."""
    odd = {character: _folded(character) for character in unplain(text)}
    if any(
        len(folded) != 1 or folded.lower() != folded or odd.get(folded, folded) != folded for folded in odd.values()
    ):
        return None
    if len(odd) > _MANY:
        return "".join([odd.get(character, character) for character in text]).lower()
    for character, folded in odd.items():
        text = text.replace(character, folded)
    return text.lower()


def _folded_piece_by_piece(text: str, special: re.Pattern[str]) -> Normalised:
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in special.finditer(text):
        start, end = match.span()
        letters.append(text[done:start].lower())
        starts.extend(range(done, start))
        ends.extend(range(done + 1, start + 1))
        character = text[start] if end == start + 1 else chr(int(text[start + 1 : end], 16))
        folded = _folded(character)
        if not folded and ends and ends[-1] == start and unicodedata.combining(character):
            ends[-1] = end
        letters.append(folded)
        starts.extend([start] * len(folded))
        ends.extend([end] * len(folded))
        done = end
    letters.append(text[done:].lower())
    starts.extend(range(done, len(text)))
    ends.extend(range(done + 1, len(text) + 1))
    return Normalised(text, "".join(letters), starts, ends)


class Words(Sequence[Token]):
    """The words of a text: `texts` at once, their places and tokens when one is asked for."""

    __slots__ = ("_asked", "_bounds", "_cut", "_distinct", "_parts", "_tokens", "read", "texts")

    def __init__(self, read: Normalised, bounds: list[tuple[int, int]] | None = None) -> None:
        """`bounds` are the words' places in the normalised text; without them, every run of letters and digits."""
        self.read = read
        self._bounds = bounds
        self._cut = bounds is not None
        self._tokens: tuple[Token, ...] | None = None
        self._asked = 0
        self._distinct: frozenset[str] | None = None
        self._parts: Words | None = None
        self.texts: list[str] = _runs(read.text) if bounds is None else [read.text[start:end] for start, end in bounds]

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, at: int) -> Token: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Token, ...]: ...

    def __getitem__(self, at: int | slice) -> Token | tuple[Token, ...]:
        if self._tokens is None and isinstance(at, int) and self._asked < _FEW:
            self._asked += 1
            return self._one(at if at >= 0 else at + len(self.texts))
        return (self._tokens or self._all())[at]

    def __iter__(self) -> Iterator[Token]:
        return iter(self._tokens or self._all())

    @property
    def distinct(self) -> frozenset[str]:
        """Each word once."""
        if self._distinct is None:
            self._distinct = frozenset(self.texts)
        return self._distinct

    @property
    def parts(self) -> Words:
        """The words cut where camel case joins them (`#MigrelanWorks`); these words where it joins none."""
        if self._parts is None:
            self._parts = _cut_apart(self)
        return self._parts

    def start(self, at: int) -> int:
        """Where word `at` starts in the original text."""
        return self.read.starts[self.bounds[at][0]]

    def end(self, at: int) -> int:
        """Where word `at` ends in the original text, exclusive."""
        return self.read.ends[self.bounds[at][1] - 1]

    @property
    def bounds(self) -> list[tuple[int, int]]:
        """Where the words stand in the normalised text."""
        if self._bounds is None:
            self._bounds = _places(self.texts, self.read.text)
        return self._bounds

    def _one(self, at: int) -> Token:
        text, bounds, read = self.texts[at], self.bounds, self.read
        start, end = bounds[at]
        first = read.starts[start]
        glued = self._cut and at > 0 and bounds[at - 1][1] == start
        return Token(text, first, read.ends[end - 1], read.original[first].isupper(), glued)

    def _all(self) -> tuple[Token, ...]:
        original, _, starts, ends = self.read
        found: list[Token] = []
        before = -1
        for text, (start, end) in zip(self.texts, self.bounds, strict=True):
            first = starts[start]
            found.append(Token(text, first, ends[end - 1], original[first].isupper(), self._cut and before == start))
            before = end
        self._tokens = tuple(found)
        return self._tokens


def _runs(text: str) -> list[str]:
    """Every run of letters and digits. Where all letters are plain, splitting at spaces finds them far faster."""
    if not text.isascii():
        odd = unplain(text)
        if len(odd) > _MANY or any(map(_WORD.match, odd)):
            return _WORD.findall(text)
        for mark in odd:
            text = text.replace(mark, " ")
    return text.translate(_SPACED).split()


def _places(words: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Where the words of a text stand in it: only marks are between them, so each is what is found next."""
    places: list[tuple[int, int]] = []
    end = 0
    for word in words:
        start = text.find(word, end)
        end = start + len(word)
        places.append((start, end))
    return places


def _cut_apart(whole: Words) -> Words:
    joints = _joints(whole.read)
    if not joints:
        return whole
    bounds: list[tuple[int, int]] = []
    place = 0
    for start, end in whole.bounds:
        first = start
        while place < len(joints) and joints[place] < end:
            if joints[place] > first:
                bounds.append((first, joints[place]))
                first = joints[place]
            place += 1
        bounds.append((first, end))
    return Words(whole.read, bounds)


def _joints(read: Normalised) -> list[int]:
    """Places in the normalised text where a capital follows a small letter directly."""
    original = read.original
    if isinstance(read.starts, range) and original.isascii():
        return [match.start() for match in _JOINT.finditer(original)]
    text, starts = read.text, read.starts
    return [
        at
        for at in range(1, len(text))
        if original[starts[at]].isupper()
        and original[starts[at - 1]].islower()
        and text[at].isalnum()
        and text[at - 1].isalnum()
    ]


def words(text: str) -> tuple[str, ...]:
    """The normalised words of a short text, for building lexicons."""
    return tuple(_WORD.findall(normalise(text).text))


def squeezed(text: str) -> str:
    """All letters and digits of a name run together."""
    return "".join(words(text))
