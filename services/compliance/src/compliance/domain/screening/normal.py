"""One way to read text: without case, accents, look-alike letters and invisible characters.

Every normalised character remembers the span of original characters it came from, so that evidence
always quotes the text as it was given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from compliance.domain.screening.confusables import LOOK_ALIKES

_PERCENT = re.compile(r"%([0-7][0-9A-Fa-f])")
_INVISIBLE = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters and digits; `start` and `end` count characters of the original text."""

    text: str
    start: int
    end: int
    capital: bool
    glued: bool  # follows the token before it without anything between: a part of a joined word


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` with, for each of its characters, where the original characters start and end."""

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of normalised characters [start, end), end exclusive; end > start."""
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    if character in _INVISIBLE or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return ""
    replaced = LOOK_ALIKES.get(character.casefold(), character)
    letters = unicodedata.normalize("NFKD", replaced).casefold()
    plain = "".join(LOOK_ALIKES.get(c, c) for c in letters if unicodedata.category(c) not in {"Cf", "Mn", "Me"})
    return plain or " "


def _characters(text: str, *, url: bool) -> Iterator[tuple[str, int, int]]:
    position = 0
    while position < len(text):
        escape = _PERCENT.match(text, position) if url else None
        end = escape.end() if escape else position + 1
        yield (chr(int(escape.group(1), 16)) if escape else text[position]), position, end
        position = end


def normalise(text: str, *, url: bool = False) -> Normalised:
    """Fold `text`; with `url`, percent-escapes of ASCII are read as the characters they stand for."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for character, start, end in _characters(text, url=url):
        folded = _folded(character)
        if not folded and ends and ends[-1] == start and unicodedata.combining(character):
            ends[-1] = end
        letters.append(folded)
        starts.extend([start] * len(folded))
        ends.extend([end] * len(folded))
    return Normalised(text, "".join(letters), tuple(starts), tuple(ends))


def tokens(read: Normalised, *, split_joined: bool) -> tuple[Token, ...]:
    """The words of a normalised text. With `split_joined`, also cut where camel case joins words."""
    found: list[Token] = []
    text, length, position = read.text, len(read.text), 0
    while position < length:
        if not text[position].isalnum():
            position += 1
            continue
        end, glued = position + 1, False
        while end < length and text[end].isalnum():
            if split_joined and _joint(read, end):
                found.append(_token(read, position, end, glued=glued))
                position, glued = end, True
            end += 1
        found.append(_token(read, position, end, glued=glued))
        position = end
    return tuple(found)


def words(text: str) -> tuple[str, ...]:
    """The normalised words of a short text, for building lexicons."""
    return tuple(token.text for token in tokens(normalise(text), split_joined=False))


def squeezed(text: str) -> str:
    """All letters and digits of a name run together."""
    return "".join(words(text))


def _token(read: Normalised, start: int, end: int, *, glued: bool) -> Token:
    first, last = read.span(start, end)
    return Token(read.text[start:end], first, last, read.original[first].isupper(), glued)


def _joint(read: Normalised, at: int) -> bool:
    before, here = read.original[read.starts[at - 1]], read.original[read.starts[at]]
    return here.isupper() and before.islower()
