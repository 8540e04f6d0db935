"""Finding listed phrases: contained texts, whole words, and regular expressions on an engine of linear time.

All three read the text as the detectors do (without case, accents, look-alikes and invisible characters); regular
expressions also read it as given. Places are characters of the text as given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import ahocorasick_rs
import re2 as untyped_re2

from compliance.adapters.rules.whole_characters import whole_characters
from compliance.domain.screening.listed_phrases import ListedPhrase
from compliance.domain.screening.text.fields import TextField
from compliance.domain.screening.text.normal import Token, normalise, words

re2: Any = untyped_re2
_MEMORY = 8 << 20
_SHORTEST_GLUED = 6
_BACKTRACKING = ("(?=", "(?!", "(?<=", "(?<!", "(?>", "(?(")


class UnusablePattern(ValueError):
    """A regular expression that cannot be used, and what to do about it."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(f"{wrong}: {remedy}")
        self.wrong = wrong
        self.remedy = remedy


def check_pattern(pattern: str) -> Any:
    """The compiled pattern. Raises UnusablePattern."""
    options = re2.Options()
    options.case_sensitive, options.log_errors, options.max_mem = False, False, _MEMORY
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as failed:
        said = failed.args[0].decode() if failed.args and isinstance(failed.args[0], bytes) else str(failed)
        if any(sign in pattern for sign in _BACKTRACKING) or said.startswith("invalid escape sequence"):
            remedy = "write it without look-around and backreferences (they can take for ever); list the words"
        else:
            remedy = "correct the expression (the syntax is that of RE2)"
        raise UnusablePattern(f"the regular expression {pattern!r} cannot be used ({said})", remedy) from failed
    if compiled.search("") is not None:
        raise UnusablePattern(
            f"the regular expression {pattern!r} matches an empty text, so everything", "ask for at least one character"
        )
    return compiled


class PhraseList:
    """All entries of a list, looked up together."""

    def __init__(self, entries: Sequence[ListedPhrase]) -> None:
        """Raises UnusablePattern."""
        contained = [(one.phrase, number) for number, one in enumerate(entries) if one.kind == "contains"]
        whole = [(one.phrase, number) for number, one in enumerate(entries) if one.kind == "whole_word"]
        self._contained = _Strings((_flat(normalise(phrase).text)[0].strip(), number) for phrase, number in contained)
        self._whole = _Strings(
            (f" {spelt} ", number) for phrase, number in whole for spelt in _spellings(words(phrase))
        )
        self._patterns = [(check_pattern(one.phrase), n) for n, one in enumerate(entries) if one.kind == "regex"]

    def find(self, field: TextField) -> Iterator[tuple[int, int, int]]:
        """(number of the entry, start, end) of every place."""
        read = field.read
        if self._contained:
            flat, positions = _flat(read.text)
            for number, start, end in self._contained.find(flat):
                yield number, *read.span(positions[start], positions[end - 1] + 1)
        if self._whole:
            for stream in field.word_streams:
                yield from self._words(stream)
        for pattern, number in self._patterns:
            for match in pattern.finditer(whole_characters(field.text)):
                if match.end() > match.start():
                    yield number, match.start(), match.end()
            for match in pattern.finditer(read.text):
                if match.end() > match.start():
                    yield number, *read.span(match.start(), match.end())

    def _words(self, tokens: Sequence[Token]) -> Iterator[tuple[int, int, int]]:
        starts: dict[int, Token] = {}
        ends: dict[int, Token] = {}
        at = 1
        for token in tokens:
            starts[at - 1] = token
            at += len(token.text) + 1
            ends[at] = token
        for number, start, end in self._whole.find(f" {' '.join(token.text for token in tokens)} "):
            yield number, starts[start].start, ends[end].end


class _Strings:
    def __init__(self, entries: Iterable[tuple[str, int]]) -> None:
        kept = [(text, number) for text, number in entries if text]
        self._numbers = [number for _, number in kept]
        self._found = ahocorasick_rs.AhoCorasick([text for text, _ in kept]) if kept else None

    def __bool__(self) -> bool:
        return self._found is not None

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        if self._found is not None:
            for which, start, end in self._found.find_matches_as_indexes(text, overlapping=True):
                yield self._numbers[which], start, end


def _spellings(parts: Sequence[str]) -> Iterator[str]:
    yield " ".join(parts)
    glued = "".join(parts)
    if len(parts) > 1 and len(glued) >= _SHORTEST_GLUED:
        yield glued


def _flat(text: str) -> tuple[str, list[int]]:
    """The text with one space for each run of white space, and where its characters stood."""
    positions = [at for at, c in enumerate(text) if not (c.isspace() and at and text[at - 1].isspace())]
    return "".join(" " if text[at].isspace() else text[at] for at in positions), positions
