"""What is kept of persons beside cases and permits, and goes with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class PersonalValues(Protocol):
    """What opens the ledger's commitments."""

    async def erase(self, stakeholder_id: str, *, but: Sequence[str] = ()) -> None:
        """Forget reasons and personal values of all entries about this person, those of aggregates `but` apart.

        What colleagues did stays.
        """
        ...

    async def erase_of(self, stakeholder_id: str, aggregate_ids: Sequence[str]) -> None:
        """The same for the entries of these aggregates only."""
        ...


class Traces(Protocol):
    """Copies of what was in a case: former versions, holds, rehearsals that quote it, messages that were relayed."""

    async def forget(self, action_ids: Sequence[str]) -> None: ...
