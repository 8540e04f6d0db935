"""The rules in use, and what a draft is looked up in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from compliance.domain.contract_facts import KnownContract
from compliance.domain.facts import KnownEngager, KnownStakeholder, OwnChannel
from compliance.domain.findings import Screening
from compliance.domain.screening.forwarding.forwarding import Found, Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the gate knows now about those a draft names; None for nobody named and for nobody known."""

    stakeholder: KnownStakeholder | None
    engager: KnownEngager | None
    channel: OwnChannel | None
    contacts: int
    contract: KnownContract | None = None


class LookUp(Protocol):
    """Finds them all at once, outside any unit of work."""

    async def __call__(self, draft: Mapping[str, Any], *, since: datetime) -> Known:
        """`since` bounds the contacts that count. Raises Unavailable."""
        ...


Screen = Callable[[Mapping[str, Any], datetime], Screening]
"""Pure: `(resolved snapshot, as_of)` to the answer of the loaded rule set."""


ScreenPlan = Callable[[Mapping[str, Any], datetime], Screening]
"""Pure: `(plan, as_of)` to the answer of the loaded rule set."""


Examine = Callable[[Sequence[Piece]], Found]
"""Pure: texts to what in them belongs to drug safety or to Medical Information."""
