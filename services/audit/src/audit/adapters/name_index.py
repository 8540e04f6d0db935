"""All names and handles at once, by Aho-Corasick."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ahocorasick_rs import AhoCorasick, Implementation


class AhoCorasickFinder:
    """Finds every occurrence of every phrase in one pass over the text."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._automaton = AhoCorasick(list(phrases), implementation=Implementation.ContiguousNFA)

    def find(self, text: str) -> Iterable[tuple[int, int, int]]:
        """`(phrase number, start, end)`, overlapping ones included."""
        return self._automaton.find_matches_as_indexes(text, overlapping=True)
