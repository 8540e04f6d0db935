"""What was said where: listed phrases in the fields of a snapshot, looked up by label."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from compliance.domain.findings import Evidence
from compliance.domain.screening.fields import TextField


class Said(NamedTuple):
    """A listed phrase in a field, at characters [start, end), in clause number `clause` of that field.

    `word` counts words. `negated`: a negation stands at most three words before it in its clause; `asked`: its clause
    ends in a question mark; `quoted`: it begins between quotation marks.
    """

    label: str
    field: TextField
    start: int
    end: int
    clause: int
    word: int
    negated: bool = False
    asked: bool = False
    quoted: bool = False

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.field.path, self.start, self.end, self.field.text[self.start : self.end])


class SaidByLabel:
    """A finished list of what was said, with its order, by label. A label that ends in `:` stands for its kind."""

    def __init__(self, said: Iterable[Said]) -> None:
        self._said = list(said)
        self._places: dict[str, list[int]] = {}
        for place, each in enumerate(self._said):
            self._places.setdefault(each.label, []).append(place)
        self._asked: dict[tuple[str, ...], list[Said]] = {}

    def __len__(self) -> int:
        return len(self._said)

    def under(self, labels: tuple[str, ...]) -> list[Said]:
        """Everything under any of the labels, in the order in which it was found."""
        known = self._asked.get(labels)
        if known is None:
            known = self._asked[labels] = self._gathered(labels)
        return known.copy()

    def _gathered(self, labels: tuple[str, ...]) -> list[Said]:
        kinds = tuple(label for label in labels if label.endswith(":"))
        wanted = self._places.keys() & set(labels)
        if kinds:
            wanted |= {label for label in self._places if label.startswith(kinds)}
        places = [place for label in wanted for place in self._places[label]]
        if len(wanted) > 1:
            places.sort()
        return [self._said[place] for place in places]
