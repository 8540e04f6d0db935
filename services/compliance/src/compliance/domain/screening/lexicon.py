"""The word lists and figures a rule set brings along, ready for looking up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.domain.screening.phrases import PhraseIndex

CONCEPT = "disease:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A threshold with its dates (ISO, inclusive), country (None: everywhere) and source."""

    name: str
    value: Any
    valid_from: str
    valid_until: str | None
    country: str | None
    currency: str | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lexicon:
    """`phrases` carries the labels of all topics and `disease:<concept>`; `words` are sets of single words."""

    phrases: PhraseIndex
    words: Mapping[str, frozenset[str]]
    figures: tuple[Figure, ...]

    def figures_on(self, as_of: str, countries: Iterable[str | None] = ()) -> dict[str, Any]:
        """Values by name on the ISO date `as_of`. A country's own row replaces the general one."""
        wanted = {country for country in countries if country}
        values: dict[str, Any] = {}
        for figure in sorted(self.figures, key=lambda row: (row.country is not None, row.valid_from)):
            in_force = figure.valid_from <= as_of and (figure.valid_until is None or as_of <= figure.valid_until)
            if in_force and (figure.country is None or figure.country in wanted):
                values[figure.name] = figure.value
        return values
