"""What is read about caps: whether reservations and cases agree, and how a person stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from compliance.domain.caps.filling import Taken
from compliance.domain.caps.limits import Cap
from compliance.domain.caps.reconciling import Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What was compared at a moment, and every difference."""

    checked_at: datetime
    reservations: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitStanding:
    """One limit for one person now. `amounts` and `most` by currency (`*`: contacts); `left` is a share of the whole.

    `taken_by` names actions, contracts and transfers that take of it.
    """

    name: str
    cap: Cap
    period: str
    amounts: dict[str, str]
    most: dict[str, str]
    left: float
    taken_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCaps:
    """How a person stands at a moment: limits, and every action that holds something."""

    at: datetime
    limits: tuple[LimitStanding, ...]
    unclear: tuple[str, ...]
    held: Sequence[Taken]


class CapsDesk(Protocol):
    """Read-only."""

    async def reconcile(self) -> Reconciliation: ...
    async def of_person(self, stakeholder_id: str) -> PersonCaps: ...
