"""What opens the commitments of entries about a person. An erasure takes all of it but what colleagues did."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, text, update

from compliance.adapters.proof.tables import ledger_personal
from compliance.adapters.tables import ledger
from compliance.domain.events import ON_BEHALF_OF, SIGNATORY
from shared.db.unit_of_work import SqlUnitOfWork

_KEPT = ", ".join(f"'{name}', personal -> '{name}'" for name in (SIGNATORY, ON_BEHALF_OF))
_COLLEAGUES_ONLY = text(f"nullif(jsonb_strip_nulls(jsonb_build_object({_KEPT})), '{{}}')")


class SqlPersonalValues:
    """Implements `PersonalValues`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def erase(self, stakeholder_id: str, *, but: Sequence[str] = ()) -> None:
        await self._erase(stakeholder_id, ledger.c.aggregate_id.not_in(but))

    async def erase_of(self, stakeholder_id: str, aggregate_ids: Sequence[str]) -> None:
        await self._erase(stakeholder_id, ledger.c.aggregate_id.in_(aggregate_ids))

    async def _erase(self, stakeholder_id: str, which: ColumnElement[bool]) -> None:
        table = ledger_personal
        await self._uow.connection.execute(
            update(table)
            .where(table.c.about == stakeholder_id, table.c.personal.is_not(None))
            .where(ledger.c.entry_id == table.c.entry_id, which)
            .values(personal=_COLLEAGUES_ONLY, erased_at=func.now())
        )
