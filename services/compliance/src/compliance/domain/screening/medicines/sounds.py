"""Names written by their sound in Cyrillic or Greek letters, without vowels, or backwards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Generic, TypeVar

_OTHER_LETTERS = re.compile(r"[\u0370-\u03ff\u0400-\u04ff]")
_WORD = re.compile(r"[^\W\d_]{4,}")
_OF_ONE_LETTER = {
    "абвгдезийклмнопрстуфхіїєґў": "abvgdeziiklmnoprstufhiiegu",
    "ёъыьэ": "e i e",
    "αβγδεζηικλμνοπρσςτυφχω": "avgdeziiklmnoprsstifho",
    "άέήίόύώ": "aeiioio",
}
_OF_TWO = "жzhцtsчchшshщshюiuяiaθthξksψps"
_SOUNDS = {
    **{
        written: heard.strip()
        for these, those in _OF_ONE_LETTER.items()
        for written, heard in zip(these, those, strict=True)
    },
    **{_OF_TWO[at]: _OF_TWO[at + 1 : at + 3] for at in range(0, len(_OF_TWO), 3)},
}
"""Cyrillic and Greek letters as they sound."""
_ALIKE = (("ph", "f"), ("ch", "h"), ("x", "ks"), ("c", "k"), ("q", "k"), ("y", "i"), ("w", "v"), ("j", "i"), ("z", "s"))
_VOWELS = frozenset("aeiouy")
_FEWEST_CONSONANTS = 5
_SHORTEST_BACKWARDS = 6

T = TypeVar("T")


def _sound(letters: str) -> str:
    for written, heard in _ALIKE:
        letters = letters.replace(written, heard)
    return "".join(letter for letter, _ in groupby(letters))


def holds_other_letters(text: str) -> bool:
    """Whether `in_other_letters` may find anything."""
    return not text.isascii() and _OTHER_LETTERS.search(text) is not None


def in_other_letters(text: str) -> Iterator[tuple[str, int, int]]:
    """The sound of each word that holds Cyrillic or Greek letters, with its place."""
    if not holds_other_letters(text):
        return
    for match in _WORD.finditer(text):
        if _OTHER_LETTERS.search(match.group()):
            yield _sound("".join(_SOUNDS.get(each, each) for each in match.group().lower())), *match.span()


class OddSpellings(Generic[T]):
    """Names of one word, by their sound, their consonants and their letters from the last to the first."""

    def __init__(self, names: Iterable[tuple[str, T]]) -> None:
        """Take (letters, value) pairs of Latin letters."""
        self._by_sound: dict[str, T] = {}
        self._by_consonants: dict[str, tuple[str, T]] = {}
        self._backwards: dict[str, T] = {}
        for letters, value in names:
            self._by_sound.setdefault(_sound(letters), value)
            consonants = _consonants(letters)
            if len(consonants) >= _FEWEST_CONSONANTS:
                self._by_consonants.setdefault(consonants, (letters, value))
            if len(letters) >= _SHORTEST_BACKWARDS:
                self._backwards.setdefault(letters[::-1], value)

    def by_sound(self, sound: str) -> T | None:
        """The name of this sound."""
        return self._by_sound.get(sound)

    def find(self, letters: str) -> T | None:
        """The name that the letters are backwards, or without some of its vowels."""
        backwards = self._backwards.get(letters)
        if backwards is not None:
            return backwards
        known = self._by_consonants.get(_consonants(letters))
        return known[1] if known and len(letters) < len(known[0]) and _left(letters, known[0]) else None


def _consonants(letters: str) -> str:
    return "".join(letter for letter in letters if letter not in _VOWELS)


def _left(letters: str, name: str) -> bool:
    """Whether the letters are what is left of the name when some are taken out."""
    rest = iter(name)
    return all(letter in rest for letter in letters)
