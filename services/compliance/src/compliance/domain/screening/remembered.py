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

    def __missing__(self, text: str) -> T:
        answer = self._function(text)
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[text] = answer
        return answer
