"""How a passage becomes the words and word pieces that the safety model reads. Shared by its training."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

LONGEST = 48
_LONGEST_WORD = 40
_LINK = re.compile(r"https?\S*|\bwww\.\S+|\b(?:bit\.ly|t\.co)/\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@\w+")
_STRETCHED = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"[^\W_]+|[?!]")
_UNKNOWN, _FIRST, _LAST = "[UNK]", "[CLS]", "[SEP]"


def words_of(text: str) -> list[str]:
    """Lower case without accents; links, handles and stretched letters made alike; of the signs only ? and !."""
    text = _HANDLE.sub("user", _LINK.sub(" http ", text)).replace("'", "").replace("\u2019", "")
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return [word[:_LONGEST_WORD] for word in _WORD.findall(_STRETCHED.sub(r"\1\1", text.lower()))]


class WordPieces:
    """Greedy longest-match word pieces over a vocabulary file (one piece a line, its number is the line's)."""

    def __init__(self, vocabulary: Path) -> None:
        pieces = vocabulary.read_text(encoding="utf-8").split("\n")
        self._numbers = {piece: number for number, piece in enumerate(pieces) if piece}
        self._of_word = lru_cache(maxsize=20_000)(self._cut)

    def numbers(self, words: Sequence[str]) -> list[int]:
        """The numbers of the pieces, begin and end marks included, at most LONGEST."""
        found = [self._numbers[_FIRST]]
        for word in words:
            found.extend(self._of_word(word))
            if len(found) >= LONGEST:
                break
        return [*found[: LONGEST - 1], self._numbers[_LAST]]

    def _cut(self, word: str) -> tuple[int, ...]:
        found: list[int] = []
        start = 0
        while start < len(word):
            end = len(word)
            while end > start:
                number = self._numbers.get(("##" if start else "") + word[start:end])
                if number is not None:
                    found.append(number)
                    break
                end -= 1
            if end == start:
                return (self._numbers[_UNKNOWN],)
            start = end
        return tuple(found)
