"""Evidence marked in the text it was found in."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

_WORST = ("block", "review", "pass")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a text, found by finding number `number`."""

    start: int
    end: int
    number: int
    severity: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text with the findings that point at it; none for plain text."""

    text: str
    numbers: tuple[int, ...] = ()
    severity: str | None = None


def segments(text: str, spans: Iterable[Span]) -> list[Segment]:
    """`text` cut at every edge of a span, nothing lost, nothing doubled."""
    inside = [span for span in spans if 0 <= span.start < span.end <= len(text)]
    edges = sorted({0, len(text), *(span.start for span in inside), *(span.end for span in inside)})
    return [_segment(text, start, end, inside) for start, end in itertools.pairwise(edges)]


def spans_in(path: str, text: str, findings: Sequence[Mapping[str, Any]]) -> list[Span]:
    """The spans of all findings, numbered from 1, whose evidence stands in the field `path`."""
    found: list[Span] = []
    for number, finding in enumerate(findings, start=1):
        evidence: Mapping[str, Any] = finding.get("evidence") or {}
        if evidence.get("field") == path:
            place = _place(text, evidence)
            if place is not None:
                found.append(Span(*place, number, str(finding.get("severity"))))
    return found


def value_at(document: Mapping[str, Any], path: str) -> Any:
    """What stands at a path such as `target.links[0].url`; None where nothing does."""
    value: Any = document
    for name, index in _STEP.findall(path):
        if index:
            items = cast("list[Any]", value) if isinstance(value, list) else []
            value = items[int(index)] if int(index) < len(items) else None
        else:
            value = cast("Mapping[str, Any]", value).get(name) if isinstance(value, Mapping) else None
    return value


def _place(text: str, evidence: Mapping[str, Any]) -> tuple[int, int] | None:
    """Where the quote stands: at its span, else where its words are; None when it cannot be told."""
    start, end, quote = evidence.get("start"), evidence.get("end"), evidence.get("quote")
    given = (start, end) if isinstance(start, int) and isinstance(end, int) else (0, 0)
    if 0 <= given[0] < given[1] <= len(text) and quote in (None, text[slice(*given)]):
        return given
    if isinstance(quote, str) and quote and text.count(quote) == 1:
        return text.index(quote), text.index(quote) + len(quote)
    return None


def _segment(text: str, start: int, end: int, spans: Sequence[Span]) -> Segment:
    over = [span for span in spans if span.start <= start and span.end >= end]
    severities = {span.severity for span in over}
    worst = next((each for each in _WORST if each in severities), None)
    return Segment(text[start:end], tuple(sorted({span.number for span in over})), worst)
