"""The word lists and figures a rule set brings along, ready for looking up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from compliance.domain.screening.medicines.medicines import MedicineLists
from compliance.domain.screening.text.phrases import PhraseIndex

CONCEPT = "disease:"
UNSOURCED = "unsourced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A threshold with its dates (ISO, inclusive), country (None: everywhere) and source.

    `note` says how it is meant, such as its tax basis. A source that begins with `unsourced` is general knowledge:
    nothing passes because of such a row alone.
    """

    name: str
    value: Any
    valid_from: str
    valid_until: str | None
    country: str | None
    currency: str | None
    source: str
    note: str = ""

    @property
    def sourced(self) -> bool:
        return not self.source.casefold().startswith(UNSOURCED)

    def in_force(self, as_of: str) -> bool:
        """Whether the row holds on the ISO date `as_of`."""
        return self.valid_from <= as_of and (self.valid_until is None or as_of <= self.valid_until)


class Figures(Protocol):
    """The dated figures of a rule set."""

    def rows(self, name: str, as_of: str, country: str | None = None) -> tuple[Figure, ...]:
        """The rows of that name and country (None: for everywhere) in force on an ISO date, in the order given."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lexicon:
    """`phrases` carries the labels of all topics and `disease:<concept>`; `words` are sets of single words.

    `medicines` are the lists of everybody's medicines, `countries` the codes that a country has.
    """

    phrases: PhraseIndex
    words: Mapping[str, frozenset[str]]
    figures: tuple[Figure, ...]
    medicines: MedicineLists = field(default_factory=MedicineLists)
    countries: frozenset[str] = frozenset()

    def figures_on(self, as_of: str, countries: Iterable[str | None] = ()) -> dict[str, Any]:
        """Values by name on the ISO date `as_of`. A country's own row replaces the general one.

        Where several of the countries have a number of their own, the lower one counts: figures are limits, and the
        stricter of all laws that concern an action applies.
        """
        return dict(_values(self, as_of, frozenset(country for country in countries if country)))

    def rows(self, name: str, as_of: str, country: str | None = None) -> tuple[Figure, ...]:
        """The rows of that name and country (None: for everywhere) in force on an ISO date, in the order given."""
        return _rows(self, as_of).get((name, country), ())


@lru_cache(maxsize=64)
def _rows(lexicon: Lexicon, as_of: str) -> Mapping[tuple[str, str | None], tuple[Figure, ...]]:
    rows: dict[tuple[str, str | None], tuple[Figure, ...]] = {}
    for figure in lexicon.figures:
        if figure.in_force(as_of):
            key = (figure.name, figure.country)
            rows[key] = (*rows.get(key, ()), figure)
    return rows


@lru_cache(maxsize=256)
def _values(lexicon: Lexicon, as_of: str, countries: frozenset[str]) -> Mapping[str, Any]:
    general: dict[str, Any] = {}
    own: dict[str, list[Any]] = {}
    for (name, country), rows in _rows(lexicon, as_of).items():
        newest = max(rows, key=lambda row: row.valid_from).value
        if country is None:
            general[name] = newest
        elif country in countries:
            own.setdefault(name, []).append(newest)
    return general | {name: _strictest(values) for name, values in own.items()}


def _strictest(values: list[Any]) -> Any:
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    return min(numbers) if len(numbers) == len(values) else values[0]
