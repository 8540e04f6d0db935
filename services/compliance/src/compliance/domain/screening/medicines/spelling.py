"""Close spellings of a name: a letter wrong, left out, doubled or swapped, or hidden behind a look-alike digit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Generic, TypeVar

from compliance.domain.screening.text.confusables import DIGITS_AS_LETTERS

SHORTEST = 6
_LONG = 10
_LONG_ENOUGH_FOR_ANOTHER_INITIAL = 7
_SHORTEST_WORD_OF_SEVERAL = 5

T = TypeVar("T")


def folded(letters: str) -> str:
    """Letters with digits and look-alikes of one shape made one: both sides of a comparison are folded."""
    return letters.translate(DIGITS_AS_LETTERS)


def apart(word: str, name: str, allowed: int) -> bool:
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


def reads_like(word: str, name: str) -> bool:
    """Whether a folded word may be a misspelling of a folded name: one letter, two from ten letters on."""
    allowed = 2 if len(name) >= _LONG else 1
    if abs(len(word) - len(name)) > allowed:
        return _undoubled(word) == _undoubled(name)
    if word[0] != name[0] and not _another_initial(word, name):
        return False
    return apart(word, name, allowed) or _undoubled(word) == _undoubled(name)


def _another_initial(word: str, name: str) -> bool:
    """Only the first letter is wrong or lost, or swapped with the second."""
    if len(name) < _LONG_ENOUGH_FOR_ANOTHER_INITIAL:
        return False
    return word[1:] == name[1:] or word == name[1:] or (word[0] == name[1] and word[1] == name[0])


def _undoubled(letters: str) -> str:
    return "".join(letter for letter, _ in groupby(letters))


def words_read_like(words: Sequence[str], name: Sequence[str]) -> bool:
    """Whether words may be a misspelling of a name of several: each the same, or long and one letter away.

    Short words and those with digits (`BEACON-N`, `SGLT2`) tell names apart and must be the same.
    """
    return list(words) != list(name) and all(
        word_reads_like(word, part) for word, part in zip(words, name, strict=True)
    )


def word_reads_like(word: str, part: str) -> bool:
    """Whether a word may stand for a word of a name of several."""
    return word == part or (
        len(part) >= _SHORTEST_WORD_OF_SEVERAL and word.isalpha() and part.isalpha() and apart(word, part, 1)
    )


class CloseSpellings(Generic[T]):
    """One-word names by what a misspelling leaves unchanged, so that few are compared letter by letter."""

    def __init__(self, names: Iterable[tuple[str, T]]) -> None:
        """Take (letters, value) pairs; letters shorter than six are left out, they are too near to other words."""
        self._by_part: dict[str, list[tuple[str, T]]] = {}
        for letters, value in names:
            if len(letters) >= SHORTEST:
                for part in _parts(folded(letters)):
                    self._by_part.setdefault(part, []).append((folded(letters), value))

    def find(self, letters: str) -> T | None:
        """The first name that the folded letters read like; None for the name itself, too."""
        if len(letters) < SHORTEST - 1:
            return None
        for part in _parts(letters) & self._by_part.keys():
            for name, value in self._by_part[part]:
                if letters != name and reads_like(letters, name):
                    return value
        return None


def _parts(letters: str) -> set[str]:
    """Two letters each from beginning and end: one wrong, lost or swapped letter leaves some of them alone."""
    return {
        f"{letters[:2]}-",
        f"-{letters[-2:]}",
        f"{letters[0]}{letters[-1]}",
        f"{letters[1]}.{letters[-2]}",
    }
