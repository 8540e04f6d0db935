"""The gate's copies of what the registry says, and the lock that serialises one person."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from compliance.adapters.tables import engagers, people
from compliance.domain.facts import KnownEngager, KnownStakeholder
from shared.db.locks import lock_key
from shared.db.unit_of_work import SqlUnitOfWork

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


class SqlPeople:
    """Implements `People`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def lock(self, stakeholder_id: str) -> None:
        await self._uow.connection.execute(_LOCK, {"key": lock_key(f"person:{stakeholder_id}")})

    async def get(self, stakeholder_id: str) -> KnownStakeholder | None:
        statement = select(people).where(people.c.stakeholder_id == stakeholder_id)
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        return None if row is None else KnownStakeholder(**row)

    async def put(self, known: KnownStakeholder) -> bool:
        row = {
            "stakeholder_id": known.stakeholder_id,
            "version": known.version,
            "facts": dict(known.facts),
            "erased": known.erased,
        }
        statement = insert(people).values(row)
        newer = statement.on_conflict_do_update(
            index_elements=[people.c.stakeholder_id], set_=row, where=people.c.version < known.version
        )
        return (await self._uow.connection.execute(newer)).rowcount == 1


class SqlEngagers:
    """Implements `Engagers`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def get(self, engager_id: str) -> KnownEngager | None:
        statement = select(engagers).where(engagers.c.engager_id == engager_id)
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        if row is None:
            return None
        return KnownEngager(
            engager_id=row["engager_id"],
            version=row["version"],
            facts=row["facts"],
            authorised_platforms=frozenset(row["authorised_platforms"]),
        )

    async def put(self, known: KnownEngager) -> bool:
        row = {
            "engager_id": known.engager_id,
            "version": known.version,
            "facts": dict(known.facts),
            "authorised_platforms": sorted(known.authorised_platforms),
        }
        statement = insert(engagers).values(row)
        newer = statement.on_conflict_do_update(
            index_elements=[engagers.c.engager_id], set_=row, where=engagers.c.version < known.version
        )
        return (await self._uow.connection.execute(newer)).rowcount == 1
