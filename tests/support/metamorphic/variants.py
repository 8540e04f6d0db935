"""A planned action to change, a changed one, and what may be said of the answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from compliance.domain.findings import RANK

Demand = Literal["same", "held", "not_safer"]
STRICTNESS = {"broken": -1, **RANK}
FAMILIES = {
    "a": "names, people, diseases and countries replaced",
    "b": "evasions of what is held",
    "c": "harmless edits of what passes",
    "d": "facts removed",
}


@dataclass(frozen=True)
class Subject:
    """A planned action; `rules` are the ids it was written for, empty where nobody said."""

    id: str
    snapshot: Mapping[str, Any]
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Variant:
    """A changed action. `same`: the verdict stays; `held`: it does not pass; `not_safer`: it is no milder."""

    family: str
    transformation: str
    change: str
    snapshot: Mapping[str, Any] = field(repr=False)
    demand: Demand

    def respected(self, before: str, after: str) -> bool:
        """Whether the answer `after` the change is one that the answer `before` allows."""
        if self.demand == "same":
            return before == after
        if self.demand == "held":
            return STRICTNESS[after] > 0
        return STRICTNESS[after] >= STRICTNESS[before]
