"""Remembering what a pure function said about a word: bounded, and forgetting changes no answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_MOST_WORDS = 50_000
_LONGEST_WORD = 64


class Remembered(dict[str, T]):
    """`remembered[word]` is `function(word)`, worked out once; faster than a cached function for known words."""

    def __init__(self, function: Callable[[str], T]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, word: str) -> T:
        answer = self._function(word)
        if len(word) <= _LONGEST_WORD:
            if len(self) >= _MOST_WORDS:
                self.clear()
            self[word] = answer
        return answer
