"""What an approved action holds of a cap, from its approval until it is used or given back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from compliance.domain.caps.takings import Taking
from compliance.domain.events import Occasion, StateChange
from shared.kernel.errors import InvalidTransition
from shared.kernel.events import Aggregate

ReservationState = Literal["reserved", "confirmed", "used", "returned"]
HOLDING: frozenset[ReservationState] = frozenset({"reserved", "confirmed", "used"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationChanged(StateChange):
    AGGREGATE: ClassVar[str] = "cap_reservation"

    taking: Taking

    def evidence(self) -> Mapping[str, Any]:
        return {
            "action_id": self.taking.action_id,
            "action_version": self.taking.action_version,
            "cap": self.taking.cap,
            "amounts": [f"{each.kind} {each.amount:f} {each.currency}" for each in self.taking.pieces],
        }

    @property
    def about(self) -> str | None:
        return self.taking.stakeholder_id


class CapReserved(ReservationChanged):
    """The approval that completes the review takes it; so does a pause of what was released."""


class CapConfirmed(ReservationChanged):
    """A permit was issued."""


class CapUsed(ReservationChanged):
    """The permit was redeemed: it happened."""


class CapReturned(ReservationChanged):
    """The action does not happen like this; whoever asks next finds the room."""


class CapReservation(Aggregate):
    """`reserved ⇄ confirmed → used`, `reserved | confirmed → returned → reserved` where it is approved once more."""

    def __init__(self, taking: Taking, *, state: ReservationState, version: int = 0) -> None:
        super().__init__(version=version)
        self.stored_version = version
        self.taking = taking
        self.state: ReservationState = state

    @classmethod
    def reserve(cls, taking: Taking, occasion: Occasion) -> CapReservation:
        """A new one."""
        reservation = cls(taking, state="reserved")
        reservation._emit(CapReserved, None, occasion)
        return reservation

    @property
    def reservation_id(self) -> str:
        return self.taking.reservation_id

    def reserve_again(self, taking: Taking, occasion: Occasion) -> None:
        """The same version was given back and is approved once more."""
        if self.state != "returned":
            raise InvalidTransition(f"a {self.state} reservation is not taken twice")
        self.taking = taking
        self._move("reserved", CapReserved, occasion)

    def confirm(self, occasion: Occasion) -> None:
        """A permit was issued."""
        if self.state == "reserved":
            self._move("confirmed", CapConfirmed, occasion)

    def unconfirm(self, occasion: Occasion) -> None:
        """The permit was stopped and the action waits: it keeps its room until its slot ends."""
        if self.state == "confirmed":
            self._move("reserved", CapReserved, occasion)

    def use(self, occasion: Occasion) -> None:
        """It happened."""
        if self.state in ("reserved", "confirmed"):
            self._move("used", CapUsed, occasion)

    def give_back(self, occasion: Occasion) -> None:
        """It does not happen; what was used stays used."""
        if self.state in ("reserved", "confirmed"):
            self._move("returned", CapReturned, occasion)

    def _move(self, state: ReservationState, event: type[ReservationChanged], occasion: Occasion) -> None:
        old, self.state = self.state, state
        self._emit(event, old, occasion)

    def _emit(self, event: type[ReservationChanged], old: str | None, occasion: Occasion) -> None:
        self.version += 1
        self.record(
            event(
                aggregate_id=self.reservation_id,
                version=self.version,
                old_state=old,
                new_state=self.state,
                occasion=occasion,
                taking=self.taking,
            )
        )
