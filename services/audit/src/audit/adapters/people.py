"""The audit's copy of the registry's people, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from audit.adapters.rows import person_of
from audit.adapters.tables import audits_due, directory_changes, stakeholder_view
from audit.application.ports import PendingLink
from audit.domain.people import Person
from shared.db.unit_of_work import SqlUnitOfWork

_VIEW = stakeholder_view.c


class SqlPeople:
    """Meets `People`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def put(self, person: Person, version: int) -> bool:
        accounts = [[each.platform, each.handle] for each in person.accounts]
        statement = upsert(stakeholder_view).values(
            stakeholder_id=person.id,
            version=version,
            name=person.name,
            accounts=accounts,
            changed=directory_changes.next_value(),
        )
        stated = statement.excluded
        same = (_VIEW.name == stated.name) & (_VIEW.accounts == stated.accounts)
        statement = statement.on_conflict_do_update(
            index_elements=[_VIEW.stakeholder_id],
            set_={
                "version": stated.version,
                "name": stated.name,
                "accounts": stated.accounts,
                "changed": case((same, _VIEW.changed), else_=_later(stated.changed)),
                "linked": same & _VIEW.linked,
            },
            where=(_VIEW.version < stated.version) & ~_VIEW.erased,
        ).returning(_VIEW.linked)
        linked = (await self._uow.connection.execute(statement)).scalar_one_or_none()
        return linked is not None

    async def erase(self, stakeholder_id: str, version: int) -> None:
        forgotten: dict[str, Any] = {"version": version, "name": "", "accounts": [], "erased": True, "linked": False}
        statement = upsert(stakeholder_view).values(
            stakeholder_id=stakeholder_id, changed=directory_changes.next_value(), **forgotten
        )
        await self._uow.connection.execute(
            statement.on_conflict_do_update(
                index_elements=[_VIEW.stakeholder_id],
                set_={**forgotten, "changed": _later(statement.excluded.changed)},
                where=~_VIEW.erased,
            )
        )

    async def stamp(self) -> int:
        found = await self._uow.connection.execute(select(func.coalesce(func.sum(_VIEW.changed), 0)))
        return int(found.scalar_one())

    async def everybody(self) -> Sequence[Person]:
        found = await self._uow.connection.execute(select(stakeholder_view).where(~_VIEW.erased))
        return [person_of(row) for row in found.mappings()]

    async def some(self, stakeholder_ids: Sequence[str]) -> Sequence[Person]:
        query = select(stakeholder_view).where(_VIEW.stakeholder_id.in_(stakeholder_ids), ~_VIEW.erased)
        found = await self._uow.connection.execute(query.order_by(_VIEW.stakeholder_id))
        return [person_of(row) for row in found.mappings()]

    async def ids_after(self, stakeholder_id: str, limit: int) -> Sequence[str]:
        query = select(_VIEW.stakeholder_id).where(_VIEW.stakeholder_id > stakeholder_id, ~_VIEW.erased)
        found = await self._uow.connection.execute(query.order_by(_VIEW.stakeholder_id).limit(limit))
        return [str(each) for each in found.scalars()]

    async def pending_links(self, limit: int) -> Sequence[PendingLink]:
        query = select(stakeholder_view).where(~_VIEW.linked).order_by(_VIEW.stakeholder_id).limit(limit)
        found = await self._uow.connection.execute(query)
        return [
            PendingLink(row["stakeholder_id"], row["changed"], None if row["erased"] else person_of(row))
            for row in found.mappings()
        ]

    async def linked(self, pending: PendingLink) -> None:
        await self._uow.connection.execute(
            update(stakeholder_view)
            .where(_VIEW.stakeholder_id == pending.stakeholder_id, _VIEW.changed == pending.change)
            .values(linked=True)
        )


def _later(drawn: ColumnElement[int]) -> ColumnElement[int]:
    """Each row's number grows, and no row is ever deleted: so the sum tells every change that becomes visible.

    The highest number would not: one drawn earlier may be committed later.
    """
    return func.greatest(drawn, _VIEW.changed + 1)


async def request_audits(uow: SqlUnitOfWork, stakeholder_ids: Sequence[str]) -> None:
    """Append requests; a second one for the same person is no conflict, so nobody waits for anybody."""
    if stakeholder_ids:
        rows = [{"stakeholder_id": each} for each in stakeholder_ids]
        await uow.connection.execute(insert(audits_due), rows)
