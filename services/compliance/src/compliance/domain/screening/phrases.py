"""Finding listed phrases in words: whole words, `begin*`, `*end`, and `..` for a gap of up to three words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compliance.domain.screening.normal import Token, words

GAP = ".."
_WIDEST_GAP = 3
_SHORTEST_PREFIX = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A listed phrase at words [first, last] of a text, both inclusive."""

    label: str
    first: int
    last: int


class UnusablePhrase(ValueError):
    """The phrase has no word to look for, or starts or ends with a gap."""


def parsed(phrase: str) -> tuple[str, ...]:
    """The normalised parts of a phrase. Raises UnusablePhrase."""
    parts: list[str] = []
    for piece in phrase.split():
        if piece == GAP:
            parts.append(GAP)
            continue
        inner = words(piece)
        if not inner:
            continue
        first = ("*" if piece.startswith("*") else "") + inner[0]
        chain = [first, *inner[1:]]
        chain[-1] += "*" if piece.endswith("*") else ""
        parts.extend(chain)
    if not parts or parts[0] == GAP or parts[-1] == GAP:
        raise UnusablePhrase(phrase)
    return tuple(parts)


class PhraseIndex:
    """Many labelled phrases, looked up in one pass over the words of a text."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        """Take (label, phrase) pairs. Raises UnusablePhrase."""
        self._whole: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._prefix: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._suffix: list[tuple[str, tuple[str, ...]]] = []
        for label, phrase in dict.fromkeys(entries):
            parts = parsed(phrase)
            head = parts[0]
            if head.startswith("*"):
                self._suffix.append((label, parts))
            elif head.endswith("*"):
                self._prefix.setdefault(head[:-1], []).append((label, parts))
            else:
                self._whole.setdefault(head, []).append((label, parts))
        self._lengths = sorted({len(prefix) for prefix in self._prefix})
        self._endings = tuple({parts[0].strip("*") for _, parts in self._suffix})

    def find(self, text: Sequence[Token]) -> list[Hit]:
        """Every phrase at every place, in order of place."""
        hits: list[Hit] = []
        for at, token in enumerate(text):
            for label, parts in self._candidates(token.text):
                last = _match(parts, 1, text, at)
                if last is not None:
                    hits.append(Hit(label, at, last))
        return hits

    def _candidates(self, word: str) -> Iterable[tuple[str, tuple[str, ...]]]:
        yield from self._whole.get(word, ())
        for length in self._lengths:
            if length > len(word):
                break
            yield from self._prefix.get(word[:length], ())
        if word.endswith(self._endings):
            yield from (entry for entry in self._suffix if _fits(entry[1][0], word))


def _match(parts: tuple[str, ...], part: int, text: Sequence[Token], at: int) -> int | None:
    if part == len(parts):
        return at
    if parts[part] == GAP:
        for skip in range(1, _WIDEST_GAP + 2):
            if at + skip < len(text) and _fits(parts[part + 1], text[at + skip].text):
                last = _match(parts, part + 2, text, at + skip)
                if last is not None:
                    return last
        return None
    following = at + 1
    if following < len(text) and _fits(parts[part], text[following].text):
        return _match(parts, part + 1, text, following)
    return None


def _fits(part: str, word: str) -> bool:
    if part.startswith("*"):
        middle = part.strip("*")
        return middle in word if part.endswith("*") else word.endswith(middle)
    if part.endswith("*"):
        return word.startswith(part[:-1])
    return word == part
