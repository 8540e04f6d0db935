"""Remembering what a pure function said about a short text: bounded, and forgetting changes no answer."""

from __future__ import annotations

from collections.abc import Callable, Collection
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

    def nothing_to(self, texts: Collection[str]) -> bool:
        """Whether the function is remembered to say None to all of them: far cheaper than asking for each."""
        return self._nothing.issuperset(texts)
