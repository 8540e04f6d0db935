"""When a person is erased, the record under which they would be disclosed goes too."""

from __future__ import annotations

from compliance.application.money.ports import Money
from compliance.domain.events import Occasion


async def forget_recipient(stakeholder_id: str, occasion: Occasion, money: Money) -> None:
    """Name, place and identifiers; values stay. The caller has locked the person and commits."""
    record = await money.recipients.of_person(stakeholder_id)
    if record is not None:
        record.erase(occasion)
        await money.recipients.save(record)
