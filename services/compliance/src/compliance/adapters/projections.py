"""The gate's copies of what the registry says, and the lock that serialises one person."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import RowMapping, select, text
from sqlalchemy.dialects.postgresql import insert

from compliance.adapters.tables import engagers, people
from compliance.domain.facts import KnownEngager, KnownStakeholder
from shared.db.locks import lock_key
from shared.db.unit_of_work import SqlUnitOfWork

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
_LOCK_ALL = text("SELECT pg_advisory_xact_lock(key) FROM unnest(cast(:keys AS bigint[])) AS key")


class SqlPeople:
    """Implements `People`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow
        self._foreseen: dict[str, KnownStakeholder | None] = {}

    async def foresee(self, stakeholder_ids: Collection[str]) -> None:
        """Lock these people in one order and read them at once; later reads of this transaction answer from it."""
        keys = sorted({_key(each) for each in stakeholder_ids})
        await self._uow.connection.execute(_LOCK_ALL, {"keys": keys})
        statement = select(people).where(people.c.stakeholder_id.in_(stakeholder_ids))
        rows = (await self._uow.connection.execute(statement)).mappings()
        self._foreseen = dict.fromkeys(stakeholder_ids) | {
            row["stakeholder_id"]: KnownStakeholder(**row) for row in rows
        }

    async def lock(self, stakeholder_id: str) -> None:
        if stakeholder_id not in self._foreseen:
            await self._uow.connection.execute(_LOCK, {"key": _key(stakeholder_id)})

    async def get(self, stakeholder_id: str) -> KnownStakeholder | None:
        if stakeholder_id in self._foreseen:
            return self._foreseen[stakeholder_id]
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
        self._foreseen.pop(known.stakeholder_id, None)
        return (await self._uow.connection.execute(newer)).rowcount == 1


class SqlEngagers:
    """Implements `Engagers`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow
        self._foreseen: dict[str, KnownEngager | None] = {}

    async def foresee(self, engager_ids: Collection[str]) -> None:
        """Read these people of ours at once; later reads of this transaction answer from it."""
        statement = select(engagers).where(engagers.c.engager_id.in_(engager_ids))
        rows = (await self._uow.connection.execute(statement)).mappings()
        self._foreseen = dict.fromkeys(engager_ids) | {row["engager_id"]: _engager(row) for row in rows}

    async def get(self, engager_id: str) -> KnownEngager | None:
        if engager_id in self._foreseen:
            return self._foreseen[engager_id]
        statement = select(engagers).where(engagers.c.engager_id == engager_id)
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        return None if row is None else _engager(row)

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
        self._foreseen.pop(known.engager_id, None)
        return (await self._uow.connection.execute(newer)).rowcount == 1


def _key(stakeholder_id: str) -> int:
    return lock_key(f"person:{stakeholder_id}")


def _engager(row: RowMapping) -> KnownEngager:
    return KnownEngager(
        engager_id=row["engager_id"],
        version=row["version"],
        facts=row["facts"],
        authorised_platforms=frozenset(row["authorised_platforms"]),
    )
