"""What was said together: in one clause, in one text, in what goes out."""

from __future__ import annotations

from collections.abc import Iterable

from compliance.domain.findings import Evidence
from compliance.domain.screening.reading import Reading, Said

_LONGEST_QUOTE = 240


def said_out(reading: Reading, *labels: str) -> list[Said]:
    """What was said under the labels in texts that go out."""
    return reading.labelled_out(*labels)


def one_clause(one: Said, other: Said) -> bool:
    """Whether both stand in the same clause of the same text."""
    return one.field is other.field and one.clause == other.clause


def beside(each: Said, others: Iterable[Said]) -> Said | None:
    """The first of `others` in the clause of `each`."""
    return next((other for other in others if one_clause(each, other)), None)


def elsewhere(each: Said, others: Iterable[Said]) -> Said | None:
    """The first of `others` in the same text."""
    return next((other for other in others if other.field is each.field), None)


def evidence_of(said: Iterable[Said]) -> tuple[Evidence, ...]:
    """The places of what was said."""
    return tuple(each.evidence for each in said)


def spanning(one: Said, other: Said) -> Evidence:
    """The text from the one to the other, or the one alone where that would be too long to read."""
    start, end = min(one.start, other.start), max(one.end, other.end)
    if one.field is not other.field or end - start > _LONGEST_QUOTE:
        return one.evidence
    return Evidence(one.field.path, start, end, one.field.text[start:end])


def whole(path: str, text: str) -> Evidence:
    """A whole text as evidence."""
    return Evidence(path, 0, len(text), text)
