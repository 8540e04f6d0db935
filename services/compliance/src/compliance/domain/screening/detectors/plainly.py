"""A text with its capitals, but without what hides letters: for patterns that look at how something is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from compliance.domain.screening.text.confusables import LOOK_ALIKES

_UNSEEN = frozenset({"Cf", "Mn", "Me"})


@dataclass(frozen=True, slots=True)
class Plain:
    """`text` to search in; `places` are the positions of its characters in the text as it was given."""

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the given text of characters [start, end); end > start."""
        return self.places[start], self.places[end - 1] + 1


def plainly(text: str) -> Plain:
    """`text` in Latin letters of one character each; emoji and marks of no width are left out."""
    if text.isascii():
        return Plain(text, range(len(text)))
    kept = list(_kept(unicodedata.normalize("NFC", text) if _composes(text) else text))
    return Plain("".join(letter for letter, _ in kept), [place for _, place in kept])


def _composes(text: str) -> bool:
    return len(unicodedata.normalize("NFC", text)) == len(text)


def _kept(text: str) -> Iterator[tuple[str, int]]:
    after_space = True
    for place, (letter, space, picture) in enumerate(map(_seen, text)):
        if not letter or (picture and after_space):
            continue
        if not (space and after_space):
            yield letter, place
        after_space = space


@lru_cache(maxsize=4096)
def _seen(character: str) -> tuple[str, bool, bool]:
    """The Latin letter of a character (empty: unseen), whether it is a space and whether it was a picture."""
    kind = unicodedata.category(character)
    letter = "" if kind in _UNSEEN else _latin(character)
    return letter, letter.isspace(), kind == "So"


def _latin(character: str) -> str:
    if not character.isalpha():
        return " " if unicodedata.category(character) == "So" else character
    small = character.casefold()
    letter = LOOK_ALIKES.get(character) or LOOK_ALIKES.get(small, small)
    if len(letter) != 1 or unicodedata.name(character, "").startswith("LATIN"):
        return unicodedata.normalize("NFKC", character)[:1] or character
    return letter.upper() if character.isupper() else letter
