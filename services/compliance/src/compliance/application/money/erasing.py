"""When a person is erased, so are their name and the words about them in everything about money."""

from __future__ import annotations

from compliance.application.money.ports import Money
from compliance.domain.events import Occasion


async def forget_in_money(stakeholder_id: str, occasion: Occasion, money: Money) -> None:
    """Names, places, identifiers; values and terms stay. The caller has locked the person and commits."""
    for contract in await money.contracts.of_person_for_update(stakeholder_id):
        contract.forget(occasion)
        await money.contracts.save(contract)
    record = await money.recipients.of_person(stakeholder_id)
    if record is not None:
        record.erase(occasion)
        await money.recipients.save(record)
