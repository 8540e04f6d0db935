"""Which cases somebody wants to see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who may decide, in which capacities."""

    subject: str
    capacities: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Cases in a state, or all; `overdue` ones alone; those that wait for `by`, who neither wrote nor decided them.

    `assigned_to` are those that this person, or somebody they stand in for at the moment, is asked to look at.
    """

    state: str | None = None
    overdue: bool = False
    by: Colleague | None = None
    assigned_to: str | None = None
