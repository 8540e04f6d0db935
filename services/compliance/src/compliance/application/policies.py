"""What follows from a change at once: in the same transaction, on whatever path the change came."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from compliance.application.gate import Gate
from compliance.application.ports import UnitOfWork
from compliance.domain.events import StateChange

Policy = Callable[[StateChange, UnitOfWork], Awaitable[None]]
"""Never commits. What it makes aggregates record is written, published and reacted to like everything else."""

Policies = Mapping[type[StateChange], Sequence[Policy]]


def policies_of(_gate: Gate) -> Policies:
    """The policies by the event they react to, in the order they are applied."""
    return {}
