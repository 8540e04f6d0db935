"""Remembering what a pure function said about a short text: bounded, and forgetting changes no answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_MOST = 30_000
_LONGEST = 120


class Remembered(dict[str, T]):
    """`remembered[text]` is `function(text)`, worked out once; faster than a cached function for what is known."""

    def __init__(self, function: Callable[[str], T]) -> None:
        super().__init__()
        self._function = function
        self._nothing: set[str] = set()

    def __missing__(self, text: str) -> T:
        answer = self._function(text)
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
                self._nothing.clear()
            self[text] = answer
            if answer is None:
                self._nothing.add(text)
        return answer

    def nothing_to(self, texts: frozenset[str]) -> bool:
        """Whether the function says None to all of them; only those it has not been asked for before cost anything."""
        return all(self[text] is None for text in texts - self._nothing)

    def telling(self, texts: frozenset[str]) -> frozenset[str]:
        """Those of them the function says something to."""
        return frozenset(text for text in texts - self._nothing if self[text] is not None)
