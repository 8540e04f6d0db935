"""What was said where: a listed phrase in a field of a snapshot."""

from __future__ import annotations

from typing import NamedTuple

from compliance.domain.findings import Evidence
from compliance.domain.screening.text.fields import TextField


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
