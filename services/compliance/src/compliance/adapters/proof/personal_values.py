"""What opens the commitments of entries about a person, as long as the person has not been erased."""

from __future__ import annotations

from sqlalchemy import func, null, update

from compliance.adapters.proof.tables import ledger_personal
from shared.db.unit_of_work import SqlUnitOfWork


class SqlPersonalValues:
    """Implements `PersonalValues`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def erase(self, stakeholder_id: str) -> None:
        table = ledger_personal
        await self._uow.connection.execute(
            update(table)
            .where(table.c.about == stakeholder_id, table.c.personal.is_not(None))
            .values(personal=null(), erased_at=func.now())
        )
