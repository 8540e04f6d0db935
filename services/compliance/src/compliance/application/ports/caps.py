"""What caps need from the outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from compliance.domain.caps.filling import Recorded, Taken
from compliance.domain.caps.reservation import CapReservation


class CapReservations(Protocol):
    """Reservations, changed under the lock of their case only, and taken under the lock of their person."""

    async def lock(self, scope: str) -> None:
        """Serialise whoever takes of this cap until the transaction ends; always after the locks of people and cases.

        A person's caps need it not: the person's own lock serialises them.
        """
        ...

    async def foresee(self, scopes: Collection[str], action_ids: Collection[str]) -> None:
        """Read at once what is held of these scopes and by these actions; later reads answer from it.

        Only for scopes of people whose locks the caller holds.
        """
        ...

    async def of_action(self, action_id: str) -> Sequence[CapReservation]:
        """All of every version of the action."""
        ...

    async def taken_of(self, scopes: Collection[str]) -> Mapping[str, Sequence[Taken]]:
        """What is held of these scopes."""
        ...

    async def recorded_for(self, stakeholder_id: str) -> Sequence[Recorded]:
        """What contracts promise the person and what transfers of value say they were given."""
        ...

    async def add(self, reservation: CapReservation) -> None: ...
    async def save(self, reservation: CapReservation) -> None: ...
