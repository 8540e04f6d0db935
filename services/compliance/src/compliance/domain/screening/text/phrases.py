"""Finding listed phrases in words: whole words, `begin*`, `*end`, and `..` for a gap of up to three words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from compliance.domain.screening.remembered import Remembered
from compliance.domain.screening.text.normal import Words, words

GAP = ".."
_WIDEST_GAP = 3
_FEW_WORDS = 8  # tags, names of events and declarations come again and again
_MANY_WORDS = 2_000


Hit = tuple[int, int, int]
"""Which in order of place a phrase is, and its first and last word in a text."""
Hits = Mapping[str, Sequence[Hit]]
"""By label."""


class UnusablePhrase(ValueError):
    """The phrase has no word to look for, or starts or ends with a gap."""


@lru_cache(maxsize=65_536)  # a rule set reads its phrases when it checks and when it lists them; the next one has most
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


class _Phrase(NamedTuple):
    rank: int  # among the phrases that begin at the same word
    label: str
    parts: tuple[str, ...]
    needs: frozenset[str]  # whole words, without which no look is worth while


class _Head(NamedTuple):
    """The phrases a word may begin: of one word, by their whole second word, by its first letter, and with a gap.

    `certain`: not only by their second word, so that a look at the next word does not settle it.
    """

    certain: bool
    alone: tuple[_Phrase, ...]
    second: Mapping[str, tuple[_Phrase, ...]]
    initial: Mapping[str, tuple[_Phrase, ...]]
    open: tuple[_Phrase, ...]


def _head(phrases: Sequence[_Phrase]) -> _Head | None:
    if not phrases:
        return None
    alone: list[_Phrase] = []
    openly: list[_Phrase] = []
    second: dict[str, tuple[_Phrase, ...]] = {}
    initial: dict[str, tuple[_Phrase, ...]] = {}
    for phrase in phrases:
        following = phrase.parts[1] if len(phrase.parts) > 1 else ""
        if not following:
            alone.append(phrase)
        elif _whole(following):
            second[following] = (*second.get(following, ()), phrase)
        elif following == GAP or following.startswith("*"):
            openly.append(phrase)
        else:
            initial[following[0]] = (*initial.get(following[0], ()), phrase)
    return _Head(bool(alone or openly), tuple(alone), second, initial, tuple(openly))


class PhraseIndex:
    """Many labelled phrases, looked up in one pass over the words of a text."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        """Take (label, phrase) pairs. Raises UnusablePhrase."""
        self._whole: dict[str, list[_Phrase]] = {}
        self._begins: dict[str, list[_Phrase]] = {}
        self._ends: dict[str, list[_Phrase]] = {}
        self._holds: list[tuple[str, _Phrase]] = []
        listed = [(label, parsed(phrase)) for label, phrase in dict.fromkeys(entries)]
        listed.sort(key=lambda each: _order_of_heads(each[1][0]))
        for rank, (label, parts) in enumerate(listed):
            self._add(parts[0], _Phrase(rank, label, parts, frozenset(filter(_whole, parts))))
        self._longest = max(map(len, (*self._begins, *self._ends)), default=0)
        self._in_few: Remembered[Hits] = Remembered(self._found_in)
        # A target and its page are read while somebody types, at submission, by the desks, and again at release.
        self._in_many = lru_cache(maxsize=512)(self._found_in)
        self._heads: Remembered[_Head | None] = Remembered(lambda word: _head(self._begun_by(word)))

    def find(self, text: Words) -> Hits:
        """Every phrase at every place, by label."""
        texts = text.texts
        if not texts:
            return {}
        if len(texts) > _MANY_WORDS:
            return self._found(texts)
        words = " ".join(texts)
        return self._in_few[words] if len(texts) <= _FEW_WORDS else self._in_many(words)

    def _found_in(self, words: str) -> Hits:
        return self._found(words.split(" "))

    def _found(self, texts: Sequence[str]) -> Hits:
        hits: dict[str, list[Hit]] = {}
        following = [*texts[1:], ""]
        present: frozenset[str] = frozenset(texts)
        number = 0
        for at, head in enumerate(map(self._heads.__getitem__, texts)):
            if head is None:
                continue
            then = following[at]
            if head.certain or then in head.second or then[:1] in head.initial:
                for _, label, last in _ended(head, texts, at, present):
                    hits.setdefault(label, []).append((number, at, last))
                    number += 1
        return hits

    def _add(self, head: str, phrase: _Phrase) -> None:
        text = head.strip("*")
        if head.startswith("*") and head.endswith("*"):
            self._holds.append((text, phrase))
        elif head.startswith("*"):
            self._ends.setdefault(text, []).append(phrase)
        elif head.endswith("*"):
            self._begins.setdefault(text, []).append(phrase)
        else:
            self._whole.setdefault(text, []).append(phrase)

    def _begun_by(self, word: str) -> list[_Phrase]:
        found = list(self._whole.get(word, ()))
        for length in range(1, min(len(word), self._longest) + 1):
            found += self._begins.get(word[:length], ())
            found += self._ends.get(word[-length:], ())
        found += (phrase for text, phrase in self._holds if text in word)
        return sorted(found)


def _order_of_heads(head: str) -> tuple[int, int]:
    """Whole words first, then beginnings from the shortest on, then the rest in the order given."""
    if head.startswith("*"):
        return 2, 0
    return (1, len(head)) if head.endswith("*") else (0, 0)


def _ended(head: _Head, texts: Sequence[str], at: int, present: frozenset[str]) -> Sequence[tuple[int, str, int]]:
    """(rank, label, last word) of the phrases that begin at a word, by rank."""
    then = texts[at + 1] if at + 1 < len(texts) else ""
    found = [(phrase.rank, phrase.label, at) for phrase in head.alone]
    longer = (*head.second.get(then, ()), *head.initial.get(then[:1], ()), *head.open)
    if longer:
        found += [
            (phrase.rank, phrase.label, last)
            for phrase in longer
            if phrase.needs <= present and (last := _match(phrase.parts, 1, texts, at)) is not None
        ]
        found.sort()
    return found


def _match(parts: tuple[str, ...], part: int, texts: Sequence[str], at: int) -> int | None:
    if part == len(parts):
        return at
    if parts[part] == GAP:
        for skip in range(1, _WIDEST_GAP + 2):
            if at + skip < len(texts) and _fits(parts[part + 1], texts[at + skip]):
                last = _match(parts, part + 2, texts, at + skip)
                if last is not None:
                    return last
        return None
    following = at + 1
    if following < len(texts) and _fits(parts[part], texts[following]):
        return _match(parts, part + 1, texts, following)
    return None


def _whole(part: str) -> bool:
    return part != GAP and "*" not in part


def _fits(part: str, word: str) -> bool:
    if part.startswith("*"):
        middle = part.strip("*")
        return middle in word if part.endswith("*") else word.endswith(middle)
    if part.endswith("*"):
        return word.startswith(part[:-1])
    return word == part
