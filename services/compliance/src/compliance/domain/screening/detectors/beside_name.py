"""A medicine's name together with what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from compliance.domain.findings import Evidence
from compliance.domain.screening.reading import Reading, Said, published
from compliance.domain.screening.text.fields import TextField
from compliance.domain.screening.text.marks import HASHES

CLAIMS = ("claim", "safety_claim", "comparison", "superlative", "outcome", "price", "hope", "testimonial")
WEAK = ("praise", "weak_claim")
"""Words that say something of a medicine only in its own clause."""
_LONGEST_QUOTE = 240


class Named(Protocol):
    """A name at characters [start, end) of a field."""

    @property
    def field(self) -> TextField: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def places_of(names: Iterable[Named]) -> tuple[Evidence, ...]:
    """The names themselves."""
    return tuple(_place(each) for each in names)


def tagged(name: Named) -> bool:
    """Whether the name stands in a hashtag."""
    return name.field.path.startswith("hashtags[") or name.field.text[: name.start][-1:] in HASHES


def claims_of(reading: Reading, names: Sequence[Named]) -> tuple[Evidence, ...]:
    """Names with a claim anywhere in what goes out, or with weaker words close by."""
    if not names:
        return ()
    return together(reading, names, reading.labelled(*CLAIMS)) + together(
        reading, names, reading.labelled(*WEAK), near=True
    )


def calls_for(reading: Reading, names: Sequence[Named]) -> tuple[Evidence, ...]:
    """Names with a call to action anywhere in what goes out, or with a weak one close by."""
    if not names:
        return ()
    return together(reading, names, reading.labelled("call_to_action")) + together(
        reading, names, reading.labelled("weak_call"), near=True
    )


def together(
    reading: Reading, names: Sequence[Named], said: Sequence[Said], *, near: bool = False
) -> tuple[Evidence, ...]:
    """Names that stand with one of `said`: on somebody else's page in one clause, else anywhere in what goes out.

    With `near` the words must stand in the name's own clause, or in our words about a target that holds the name.
    """
    joins: Callable[[Named, Said], bool] = _beside if near else _reaches
    found: list[Evidence] = []
    for name in names:
        inside = range(name.start, name.end)
        partners = [each for each in said if joins(name, each) and not _only_the_name(each, name, inside)]
        same_clause = [p for p in partners if p.field is name.field and in_clause(reading, name, p)]
        if near:
            partners = same_clause + [p for p in partners if p.field is not name.field]
        elif name.field.third_party:
            partners = same_clause
        if partners:
            found.append(_quote(name, (same_clause or partners)[0]))
    return tuple(found)


def in_clause(reading: Reading, name: Named, said: Said) -> bool:
    """Whether both stand in one clause; only for what stands in one field."""
    return reading.clause(name.field, name.start) == said.clause


def _reaches(name: Named, said: Said) -> bool:
    shown = published(name.field) or name.field.part == "declared"
    return said.field is name.field or (shown and published(said.field))


def _beside(name: Named, said: Said) -> bool:
    comment = said.field.path in {"text", "media_text"} and name.field.part == "target"
    return said.field is name.field or (comment and published(name.field))


def _only_the_name(said: Said, name: Named, inside: range) -> bool:
    """A use that is part of the medicine's own name says nothing more than the name."""
    return said.field is name.field and said.start in inside and said.end - 1 in inside and _whole(name, said)


def _whole(name: Named, said: Said) -> bool:
    return not name.field.joined and said.field.text[name.start - 1 : name.start] not in HASHES


def _place(name: Named) -> Evidence:
    return Evidence(name.field.path, name.start, name.end, name.field.text[name.start : name.end])


def _quote(name: Named, said: Said) -> Evidence:
    start, end = min(name.start, said.start), max(name.end, said.end)
    if said.field is not name.field or end - start > _LONGEST_QUOTE:
        return _place(name)
    return Evidence(name.field.path, start, end, name.field.text[start:end])
