"""How a person stands with the caps, and whether reservations and cases agree."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel

from compliance.application.caps.desk import LimitStanding
from compliance.domain.caps.filling import Taken
from compliance.domain.caps.limits import Cap
from compliance.domain.caps.reconciling import Difference
from compliance.entrypoints.api.ports import Ports, Reader
from compliance.entrypoints.api.schemas import NO_NUL

router = APIRouter(prefix="/v1", tags=["caps"])
Person = Annotated[str, Path(min_length=1, max_length=200, pattern=NO_NUL)]


class LimitRead(BaseModel):
    """`amounts` of `most`, by currency (`*`: contacts); `left` is the share of the whole that is free."""

    name: str
    cap: Cap
    period: str
    amounts: dict[str, str]
    most: dict[str, str]
    left: float
    taken_by: list[str]

    @classmethod
    def of(cls, limit: LimitStanding) -> LimitRead:
        return cls(
            name=limit.name,
            cap=limit.cap,
            period=limit.period,
            amounts=limit.amounts,
            most=limit.most,
            left=limit.left,
            taken_by=list(limit.taken_by),
        )


class HeldRead(BaseModel):
    """What one action holds of a cap; `amounts` are empty for a contact."""

    action_id: str
    action_version: int
    cap: Cap
    state: Literal["reserved", "confirmed", "used"]
    begins: datetime
    ends: datetime
    amounts: list[str]

    @classmethod
    def of(cls, taken: Taken) -> HeldRead:
        taking = taken.taking
        return cls(
            action_id=taking.action_id,
            action_version=taking.action_version,
            cap=taking.cap,
            state=taken.state,
            begins=taking.span.start,
            ends=taking.span.end,
            amounts=[f"{each.kind} {each.amount:f} {each.currency}" for each in taking.pieces],
        )


class PersonCapsRead(BaseModel):
    """Limits as one more contact or expense would meet them now; `unclear` says what cannot be told and why."""

    stakeholder_id: str
    at: datetime
    limits: list[LimitRead]
    unclear: list[str]
    held: list[HeldRead]


class DifferenceRead(BaseModel):
    """What does not add up."""

    kind: str
    action_id: str | None
    stakeholder_id: str | None
    cap: str | None
    message: str

    @classmethod
    def of(cls, each: Difference) -> DifferenceRead:
        return cls(
            kind=each.kind,
            action_id=each.action_id,
            stakeholder_id=each.stakeholder_id,
            cap=each.cap,
            message=each.message,
        )


class ReconciliationRead(BaseModel):
    """`ok` where nothing differs."""

    ok: bool
    checked_at: datetime
    reservations: int
    differences: list[DifferenceRead]


@router.get("/stakeholders/{stakeholder_id}/caps")
async def read_person_caps(stakeholder_id: Person, _reader: Reader, ports: Ports) -> PersonCapsRead:
    """What is used, reserved and left of a person's contacts and of their year's spending, and by which actions."""
    stands = await ports.caps.of_person(stakeholder_id)
    return PersonCapsRead(
        stakeholder_id=stakeholder_id,
        at=stands.at,
        limits=[LimitRead.of(each) for each in stands.limits],
        unclear=list(stands.unclear),
        held=[HeldRead.of(each) for each in stands.held],
    )


@router.get("/caps/reconciliation")
async def reconcile_caps(_reader: Reader, ports: Ports) -> ReconciliationRead:
    """Compare reservations with cases and with the limits of now; nothing is changed."""
    found = await ports.caps.reconcile()
    return ReconciliationRead(
        ok=not found.differences,
        checked_at=found.checked_at,
        reservations=found.reservations,
        differences=[DifferenceRead.of(each) for each in found.differences],
    )
