"""What people do with forwarded cases, and what the clock does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, cast

from compliance.application.gate import Gate
from compliance.application.isolation import Report, each_on_its_own
from compliance.application.ports.repositories import ForwardedCases
from compliance.application.ports.unit_of_work import FindDue, OpenUnitOfWork, UnitOfWork
from compliance.application.stopping import carry_stops, carry_stops_about
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.forwarded_case import ForwardedCase
from shared.kernel.errors import ConcurrentChange, NotFound

DeskName = Literal["drug_safety", "medical_information"]
Change = Callable[[Any, Occasion], None]
"""`(case, occasion)`: one step of a forwarded case."""
DESKS: tuple[DeskName, ...] = ("drug_safety", "medical_information")
CASES = {"drug_safety": "a safety case", "medical_information": "a medical information case"}


async def change_case(
    desk: DeskName,
    case_id: str,
    what: Change,
    by: str,
    why: str | None,
    *,
    expected: int | None = None,
    open_uow: OpenUnitOfWork,
    gate: Gate,
) -> None:
    """Apply one step to a case, at version `expected` where given; what it held goes on or stops with it.

    Raises NotFound, ConcurrentChange and what the case refuses.
    """
    async with open_uow() as uow:
        cases = _cases(desk, uow)
        seen = await cases.get(case_id)
        if seen is None:
            raise NotFound(f"there is no case {case_id} that is {CASES[desk]}")
        person = seen.report.stakeholder_id
        if person is not None and desk == "drug_safety":
            await uow.people.lock(person)
        case = await cases.get_for_update(case_id) or seen
        if expected is not None and case.version != expected:
            raise ConcurrentChange(
                f"the case is at version {case.version} by now",
                remedy="read it and try again",
                current_version=case.version,
            )
        occasion = Occasion(by=by, at=gate.clock.now(), why=why)
        what(case, occasion)
        await cases.save(case)
        if desk == "drug_safety":
            await _carry(case, occasion, gate, uow)
        await uow.commit()


async def watch_clock(
    desk: DeskName, *, find_due: FindDue, open_uow: OpenUnitOfWork, gate: Gate, report: Report
) -> None:
    """Escalate every case whose next share of time is over; each in its own transaction."""
    now = gate.clock.now()

    async def escalate(case_id: str) -> None:
        async with open_uow() as uow:
            cases = _cases(desk, uow)
            case = await cases.get_for_update(case_id)
            if case is not None:
                case.escalate(Occasion(by=SYSTEM, at=now, why="not handed over yet"))
                await cases.save(case)
                await uow.commit()

    await each_on_its_own(await find_due(now), escalate, report=report)


def _cases(desk: DeskName, uow: UnitOfWork) -> ForwardedCases[ForwardedCase]:
    found: Any = uow.safety_cases if desk == "drug_safety" else uow.medical_information_cases
    return cast("ForwardedCases[ForwardedCase]", found)


async def _carry(case: ForwardedCase, occasion: Occasion, gate: Gate, uow: UnitOfWork) -> None:
    carried = Occasion(by=occasion.by, at=occasion.at, why="no stop signal is left")
    if case.report.stakeholder_id is not None:
        await carry_stops(case.report.stakeholder_id, carried, gate, uow)
    await carry_stops_about(case.report.post_keys, carried, gate, uow)
