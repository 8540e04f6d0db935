"""What is read about caps, straight from the tables, judged by the limits of the company."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import structlog
from prometheus_client import Gauge

from compliance.adapters.caps.checking import COMPARED, compared, pieces_in
from compliance.adapters.caps.reservations import RECORDED, recorded_of, taking_of
from compliance.adapters.read_models import Reads
from compliance.application.caps.desk import LimitStanding, PersonCaps, Reconciliation
from compliance.application.gate import Gate
from compliance.domain.caps.errors import CapReached, CapUnclear
from compliance.domain.caps.filling import Filling, Taken
from compliance.domain.caps.reconciling import Difference
from compliance.domain.caps.room import Around, ensure_room, standing
from compliance.domain.caps.takings import Taking, person_scope
from compliance.domain.slot import Slot
from shared.kernel.errors import TransientError, Unavailable

DIFFERENCES = Gauge("compliance_cap_differences", "What the last check of the caps found", ["kind"])
_KINDS = ("missing", "not_given_back", "wrong_state", "wrong_version", "exceeded", "unclear")
_HELD = """SELECT action_id, action_version, stakeholder_id, cap, scope, starts_at, ends_at, action_type, answers,
    pieces::text AS pieces, state FROM cap_reservations WHERE scope = $1 AND state <> 'returned'
    ORDER BY starts_at, reservation_id"""
_PERSON = "SELECT facts::text AS facts FROM people_view WHERE stakeholder_id = $1 AND NOT erased"
_RECORDED = RECORDED.replace(":person", "$1")

_log = structlog.get_logger()


class SqlCapsDesk:
    """Implements `CapsDesk`."""

    def __init__(self, reads: Reads, gate: Gate) -> None:
        self._reads = reads
        self._gate = gate

    async def reconcile(self) -> Reconciliation:
        """Reservations against cases, and every held reservation against the limits of now."""
        rows = [dict(row) for row in await self._reads.fetch(COMPARED)]
        held, found = compared(rows)
        scopes: dict[str, list[Taken]] = {}
        for row in rows:
            if row["reservation_id"] is not None:
                mine = {**row, "action_id": row["held_by"], "stakeholder_id": row["held_for"]}
                scopes.setdefault(row["scope"], []).append(_taken(mine))
        exceeded = [each for taken in scopes.values() for each in await self._exceeded(taken)]
        return Reconciliation(checked_at=self._gate.clock.now(), reservations=held, differences=(*found, *exceeded))

    async def of_person(self, stakeholder_id: str) -> PersonCaps:
        """How a contact, and one more expense, would stand now."""
        now, scope = self._gate.clock.now(), person_scope(stakeholder_id)
        held = [_taken(dict(row)) for row in await self._reads.fetch(_HELD, scope)]
        around = Around(
            person=await self._facts(stakeholder_id),
            taken={scope: held},
            recorded=[recorded_of(dict(row)) for row in await self._reads.fetch(_RECORDED, stakeholder_id)],
        )
        limits: list[LimitStanding] = []
        unclear: list[str] = []
        for cap in ("contacts", "person_spend"):
            for limit in self._gate.caps:
                if limit.cap == cap:
                    probe = _probe(stakeholder_id, cap, Slot(now, now), min(limit.action_types, default=""))
                    try:
                        found = standing(probe, [limit], self._gate.figures(), around)
                        limits.extend(_standing(each, probe) for each in found)
                    except CapUnclear as why:
                        unclear.append(why.message)
                    except TransientError as waiting:
                        raise Unavailable(str(waiting), remedy="try again in a moment") from waiting
        return PersonCaps(at=now, limits=tuple(limits), unclear=tuple(dict.fromkeys(unclear)), held=held)

    async def watch(self) -> None:
        """Tell the operator of differences: gauge and log."""
        found = (await self.reconcile()).differences
        for kind in _KINDS:
            DIFFERENCES.labels(kind=kind).set(sum(each.kind == kind for each in found))
        for each in found:
            _log.error("caps.difference", kind=each.kind, action_id=each.action_id, cap=each.cap)

    async def _facts(self, stakeholder_id: str) -> Mapping[str, Any]:
        row = await self._reads.fetchrow(_PERSON, stakeholder_id)
        return {} if row is None else dict(pieces_in(row["facts"]))

    async def _exceeded(self, held: Sequence[Taken]) -> list[Difference]:
        first = held[0].taking
        recorded = (
            [recorded_of(dict(row)) for row in await self._reads.fetch(_RECORDED, first.stakeholder_id)]
            if first.scope.startswith("person:") and any(each.taking.pieces for each in held)
            else ()
        )
        around = Around(person=await self._facts(first.stakeholder_id), taken={first.scope: held}, recorded=recorded)
        return [difference for each in held for difference in self._judged(each.taking, around)]

    def _judged(self, taking: Taking, around: Around) -> Iterator[Difference]:
        try:
            ensure_room([taking], self._gate.caps, self._gate.figures(), around)
        except (CapReached, CapUnclear) as refusal:
            yield Difference(
                kind="exceeded" if isinstance(refusal, CapReached) else "unclear",
                action_id=taking.action_id,
                stakeholder_id=taking.stakeholder_id,
                cap=taking.cap,
                message=refusal.message,
            )


def _taken(row: Mapping[str, Any]) -> Taken:
    return Taken(taking=taking_of({**row, "pieces": pieces_in(row["pieces"])}), state=row["state"])


def _probe(stakeholder_id: str, cap: Any, span: Slot, action_type: str) -> Taking:
    return Taking(
        action_id="",
        action_version=0,
        stakeholder_id=stakeholder_id,
        cap=cap,
        scope=person_scope(stakeholder_id),
        span=span,
        action_type=action_type,
        answers=False,
    )


def _standing(filling: Filling, probe: Taking) -> LimitStanding:
    """Without the one that was only asked about."""
    limit = filling.limit
    asked = 1 if limit.cap == "contacts" else 0
    amounts = {currency: f"{number - asked:f}" for currency, number in filling.amounts.items()}
    whole = next(iter(filling.most.values()))
    share = filling.share - (0 if not asked or not whole else Fraction(asked) / Fraction(whole))
    return LimitStanding(
        name=limit.name,
        cap=limit.cap,
        period=limit.period,
        amounts=amounts,
        most={currency: f"{number:f}" for currency, number in filling.most.items()},
        left=float(max(0, 1 - share)),
        taken_by=tuple(cause for cause in filling.causes if cause != f"action:{probe.action_id}"),
    )
