"""Where clauses and quotations of a text begin and end, and which clauses ask."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from compliance.domain.screening.text.marks import QUESTION_MARKS

_MARKS = re.compile(r"[.;!?\n…。！？؟]+")  # noqa: RUF001 - full-width and Arabic marks end clauses too
_END = re.compile(r"[;!?\n…。！？؟]+|\.(?=\s|$)")  # noqa: RUF001 - the same
_WORD_BEFORE = re.compile(r"(?:^|[\W_])([^\W_]{1,14})$")
_LETTERS_AND_DOTS = re.compile(r"(?:^|[^\w.])[^\W\d_](?:\.[^\W\d_])+$")
_REACH_BACK = 16
_SHORTEST_LINE = 2
_INSIDE_AN_ADDRESS = frozenset("=&%/#_+-@~.")
_PAIRED = "“[^“”]+”|„[^„“”]+[“”]|”[^”]+”|«[^«»]+»|»[^«»]+«|‹[^‹›]+›|›[^‹›]+‹"  # noqa: RUF001 - quotation marks
_STRAIGHT = r"\"[^\"]+\"|(?<!\w)'(?=\w)[^'\n]+'(?!\w)"
_SINGLE = r"(?<!\w)‘[^‘’]+’(?!\w)|(?<!\w)‚[^‚‘’]+[‘’](?!\w)"  # noqa: RUF001 - quotation marks
_QUOTATION = re.compile(f"{_PAIRED}|{_STRAIGHT}|{_SINGLE}")
_MARK = re.compile("[\"'“”„«»‹›‘‚]")  # noqa: RUF001 - quotation marks


class Clauses:
    """The clauses of one text, numbered from 0. `abbreviations` are normalised words a full stop may follow."""

    def __init__(self, text: str, abbreviations: frozenset[str]) -> None:
        self._ends: list[int] = []
        self._asked: list[bool] = []
        went_on = 0  # the end of a full stop that ended nothing: an initial may follow it
        for start, end in _ends(text):
            if text[start:end] == "\n" and _broken(text, start, self._ends):
                continue
            if text[start] == ".":
                if _goes_on(text, start, went_on, self._ends, abbreviations):
                    went_on = end
                    continue
                self._asked.append(False)
            else:
                self._asked.append(_asks(text, start, end))
            self._ends.append(end)
        quotations = list(_quotations(text)) if _may_quote(text) else ()
        self._opened = [start for start, _ in quotations]
        self._closed = [end for _, end in quotations]

    def at(self, at: int) -> tuple[int, bool, bool]:
        """Number of the clause that holds character `at`, whether it asks, and whether the character is quoted."""
        number = bisect_right(self._ends, at)
        asked = number < len(self._asked) and self._asked[number]
        return number, asked, bool(self._opened) and self.quoted(at)

    def number(self, at: int) -> int:
        """The number of the clause that holds character `at`."""
        return bisect_right(self._ends, at)

    def asked(self, at: int) -> bool:
        """Whether the clause that holds character `at` ends in a question mark."""
        number = bisect_right(self._ends, at)
        return number < len(self._asked) and self._asked[number]

    def quoted(self, at: int) -> bool:
        """Whether character `at` stands between quotation marks that were opened and closed."""
        place = bisect_right(self._opened, at) - 1
        return place >= 0 and at < self._closed[place]


def _ends(text: str) -> Iterator[tuple[int, int]]:
    """Marks that may end a clause: full stops before a space one by one, others together."""
    for match in _MARKS.finditer(text):
        start, end = match.span()
        if end == start + 1 and text[start] == ".":
            if end == len(text) or text[end].isspace():
                yield start, end
        elif "." not in match.group():
            yield start, end
        else:
            for each in _END.finditer(text, start):
                if each.start() >= end:
                    break
                yield each.span()


def _quotations(text: str) -> Iterator[tuple[int, int]]:
    done = 0
    for mark in _MARK.finditer(text):
        quotation = _QUOTATION.match(text, mark.start()) if mark.start() >= done else None
        if quotation:
            done = quotation.end()
            yield quotation.span()


def _may_quote(text: str) -> bool:
    return ('"' in text or "'" in text) if text.isascii() else _MARK.search(text) is not None


def _broken(text: str, at: int, ends: list[int]) -> bool:
    """Whether the line break at `at` only breaks a line: a small letter follows, or the line is one word."""
    line = text[max(text.rfind("\n", 0, at) + 1, ends[-1] if ends else 0) : at]
    return text[at + 1 : at + 2].islower() or 0 < len(line.split()) < _SHORTEST_LINE


def _asks(text: str, start: int, end: int) -> bool:
    """Whether the marks at [start, end) hold a question mark that is no part of an address."""
    if not any(mark in text[start:end] for mark in QUESTION_MARKS):
        return False
    after = text[end : end + 1]
    return text[end - 1] not in QUESTION_MARKS or not (after.isalnum() or after in _INSIDE_AN_ADDRESS)


def _goes_on(text: str, stop: int, went_on: int, ends: list[int], abbreviations: frozenset[str]) -> bool:
    """Whether the full stop at `stop` belongs to `Dr.`, `e.g.` or the initial in `Dr. J. Lee`."""
    before = text[max(0, stop - _REACH_BACK) : stop]
    last = before.rpartition(" ")[2]
    if last.isalnum() and len(last) > 1:
        return last.casefold() in abbreviations
    if _LETTERS_AND_DOTS.search(before):
        return True
    found = _WORD_BEFORE.search(before)
    if found is None:
        return False
    word = found.group(1)
    if word.casefold() in abbreviations:
        return True
    begins = not text[max(ends[-1] if ends else 0, went_on) : stop - 1].strip()
    return len(word) == 1 and word.isalpha() and (word.islower() or begins)
