"""Reservations in PostgreSQL, and what contracts and transfers of value say about a person's money."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from compliance.adapters.caps.tables import cap_reservations
from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.domain.caps.costs import Piece
from compliance.domain.caps.filling import Recorded, Taken
from compliance.domain.caps.reservation import CapReservation
from compliance.domain.caps.takings import Taking
from compliance.domain.money.amounts import rounded
from compliance.domain.slot import Slot
from shared.db.locks import lock_key
from shared.kernel.errors import ConcurrentChange

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
RECORDED = """SELECT 'contract' AS what, contract_id AS id, 'fee' AS kind, document -> 'terms' ->> 'rate' AS amount,
      document -> 'terms' ->> 'hours' AS hours, document -> 'terms' ->> 'currency' AS currency,
      document -> 'terms' ->> 'service_begins_on' AS first, document -> 'terms' ->> 'service_ends_on' AS last,
      contract_id AS contract_id
    FROM contracts WHERE stakeholder_id = :person AND state IN ('agreed', 'active', 'ended')
    UNION ALL
    SELECT 'transfer', document -> 'given' ->> 'action_id', document -> 'given' ->> 'kind',
      document -> 'given' ->> 'amount', NULL, document -> 'given' ->> 'currency', document -> 'given' ->> 'given_on',
      document -> 'given' ->> 'given_on', document -> 'given' ->> 'contract_id'
    FROM transfers_of_value WHERE stakeholder_id = :person AND state = 'recorded'"""
_RECORDED = text(RECORDED)


class SqlCapReservations:
    """Implements `CapReservations`."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self._uow = uow
        self._taken: dict[str, Sequence[Taken]] = {}
        self._of: dict[str, Sequence[CapReservation]] = {}

    async def foresee(self, scopes: Collection[str], action_ids: Collection[str]) -> None:
        self._taken = dict.fromkeys(scopes, ()) | dict(await self.taken_of(scopes))
        statement = select(cap_reservations).where(cap_reservations.c.action_id.in_(action_ids))
        of: dict[str, list[CapReservation]] = {each: [] for each in action_ids}
        for row in (await self._uow.connection.execute(statement)).mappings():
            of[row["action_id"]].append(self._loaded(row))
        self._of = dict(of)

    async def lock(self, scope: str) -> None:
        await self._uow.connection.execute(_LOCK, {"key": lock_key(f"cap:{scope}")})

    async def of_action(self, action_id: str) -> Sequence[CapReservation]:
        if action_id in self._of:
            return self._of[action_id]
        statement = select(cap_reservations).where(cap_reservations.c.action_id == action_id)
        rows = (await self._uow.connection.execute(statement.order_by(cap_reservations.c.reservation_id))).mappings()
        return [self._loaded(row) for row in rows]

    async def taken_of(self, scopes: Collection[str]) -> Mapping[str, Sequence[Taken]]:
        if scopes and all(each in self._taken for each in scopes):
            return {each: self._taken[each] for each in scopes}
        statement = (
            select(cap_reservations)
            .where(cap_reservations.c.scope.in_(sorted(scopes)), cap_reservations.c.state != "returned")
            .order_by(cap_reservations.c.starts_at, cap_reservations.c.reservation_id)
        )
        found: dict[str, list[Taken]] = {}
        for row in (await self._uow.connection.execute(statement)).mappings():
            found.setdefault(row["scope"], []).append(Taken(taking=taking_of(row), state=row["state"]))
        return found

    async def recorded_for(self, stakeholder_id: str) -> Sequence[Recorded]:
        rows = (await self._uow.connection.execute(_RECORDED, {"person": stakeholder_id})).mappings()
        return [recorded_of(row) for row in rows]

    async def add(self, reservation: CapReservation) -> None:
        row = _row(reservation)
        await self._uow.connection.execute(insert(cap_reservations).values(row))
        self._written(reservation, row)

    async def save(self, reservation: CapReservation) -> None:
        if reservation.version == reservation.stored_version:
            return
        row = _row(reservation)
        statement = (
            update(cap_reservations)
            .where(
                cap_reservations.c.reservation_id == reservation.reservation_id,
                cap_reservations.c.version == reservation.stored_version,
            )
            .values({**row, "changed_at": func.now()})
        )
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            raise ConcurrentChange(f"the reservation {reservation.reservation_id} was changed by somebody else")
        self._written(reservation, row)

    def _loaded(self, row: RowMapping) -> CapReservation:
        reservation = CapReservation(taking_of(row), state=row["state"], version=row["version"])
        self._uow.track(reservation)
        return reservation

    def _written(self, reservation: CapReservation, row: Mapping[str, Any]) -> None:
        self._uow.wrote("cap_reservation", reservation.reservation_id, reservation.version, row)
        reservation.stored_version = reservation.version
        self._taken.pop(reservation.taking.scope, None)
        if reservation.version == 1:
            self._of.pop(reservation.taking.action_id, None)
        self._uow.track(reservation)


def taking_of(row: Mapping[str, Any]) -> Taking:
    """A row of `cap_reservations` as the domain knows it."""
    return Taking(
        action_id=row["action_id"],
        action_version=row["action_version"],
        stakeholder_id=row["stakeholder_id"],
        cap=row["cap"],
        scope=row["scope"],
        span=Slot(row["starts_at"], row["ends_at"]),
        action_type=row["action_type"],
        answers=row["answers"],
        pieces=tuple(Piece(**{**piece, "amount": Decimal(piece["amount"])}) for piece in row["pieces"]),
    )


def recorded_of(row: Mapping[str, Any]) -> Recorded:
    """A row of `RECORDED` as the domain knows it; a contract counts in full in every year it touches."""
    agreed = row["what"] == "contract"
    amount = Decimal(row["amount"])
    if agreed:
        amount = Decimal(rounded(amount * Decimal(row["hours"]), row["currency"]))
    return Recorded(
        cause=f"contract:{row['contract_id']}" if row["contract_id"] else f"action:{row['id']}",
        kind=row["kind"],
        amount=amount,
        currency=row["currency"],
        span=Slot(_midnight(row["first"]), _midnight(row["last"]) + timedelta(days=1)),
        agreed=agreed,
    )


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)


def _row(reservation: CapReservation) -> dict[str, Any]:
    taking = reservation.taking
    return {
        "reservation_id": reservation.reservation_id,
        "version": reservation.version,
        "state": reservation.state,
        "action_id": taking.action_id,
        "action_version": taking.action_version,
        "cap": taking.cap,
        "scope": taking.scope,
        "stakeholder_id": taking.stakeholder_id,
        "starts_at": taking.span.start,
        "ends_at": taking.span.end,
        "action_type": taking.action_type,
        "answers": taking.answers,
        "pieces": [
            {
                "kind": piece.kind,
                "amount": f"{piece.amount:f}",
                "currency": piece.currency,
                "contract_id": piece.contract_id,
            }
            for piece in taking.pieces
        ],
    }
