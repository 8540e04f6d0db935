"""Repositories over PostgreSQL: optimistic locking by version, accounts unique by constraint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from registry.adapters.rows import engager_row, engager_state, handle_rows, stakeholder_row, stakeholder_state
from registry.adapters.tables import changes, engagers, stakeholder_handles, stakeholders
from registry.application.ports import HandleTaken
from registry.domain.engager import Engager
from registry.domain.handle import Handle
from registry.domain.stakeholder import Stakeholder
from registry.domain.text import comparable
from shared.db.unit_of_work import SqlUnitOfWork
from shared.kernel.errors import ConcurrentChange, NotFound

_KNOWN_BY = text(
    """SELECT s.* FROM stakeholders s WHERE s.id IN (
           SELECT held.stakeholder_id FROM stakeholder_handles held
             JOIN unnest(CAST(:platforms AS text[]), CAST(:accounts AS text[])) AS asked (platform, name_key)
               ON held.platform = asked.platform AND held.name_key = asked.name_key
           UNION
           SELECT named.id FROM stakeholders named
             JOIN unnest(CAST(:names AS text[]), CAST(:countries AS text[])) AS asked (name_key, country)
               ON named.name_key = asked.name_key AND named.country IS NOT DISTINCT FROM asked.country)
       ORDER BY s.id FOR UPDATE"""
).columns(*stakeholders.columns)
"""Two lookups by index; an OR of both would read the whole table for every batch of an import."""


class SqlStakeholders:
    """Remembers the version each stakeholder had when it was read."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow
        self._read_version: dict[str, int] = {}

    async def get(self, stakeholder_id: str) -> Stakeholder:
        found = await self._uow.connection.execute(select(stakeholders).where(stakeholders.c.id == stakeholder_id))
        row = found.mappings().one_or_none()
        if row is None:
            raise NotFound(f"no stakeholder {stakeholder_id}", remedy="list stakeholders to find the id")
        return self._hand_out(Stakeholder(stakeholder_state(row)))

    async def known_by(
        self, handles: Sequence[Handle], names: Sequence[tuple[str, str | None]]
    ) -> Sequence[Stakeholder]:
        asked = {(comparable(name), country) for name, country in names}
        found = await self._uow.connection.execute(
            _KNOWN_BY,
            {
                "platforms": [platform for platform, _ in (each.key for each in handles)],
                "accounts": [account for _, account in (each.key for each in handles)],
                "names": [name for name, _ in asked],
                "countries": [country for _, country in asked],
            },
        )
        return [self._hand_out(Stakeholder(stakeholder_state(row))) for row in found.mappings()]

    async def add(self, added: Sequence[Stakeholder]) -> None:
        if not added:
            return
        await self._uow.connection.execute(insert(stakeholders), [stakeholder_row(each.state) for each in added])
        await self._claim([row for each in added for row in handle_rows(each.state)])
        for each in added:
            self._hand_out(each)

    async def save(self, stakeholder: Stakeholder) -> None:
        state = stakeholder.state
        if state.version == self._read_version[state.id]:
            return
        await _update_version(self._uow, stakeholders, stakeholder_row(state), self._read_version[state.id])
        await self._uow.connection.execute(
            delete(stakeholder_handles).where(stakeholder_handles.c.stakeholder_id == state.id)
        )
        await self._claim(handle_rows(state))
        self._read_version[state.id] = state.version

    async def delete(self, stakeholder: Stakeholder) -> None:
        gone = stakeholder.state.id
        connection = self._uow.connection
        await connection.execute(delete(stakeholder_handles).where(stakeholder_handles.c.stakeholder_id == gone))
        await connection.execute(delete(changes).where(changes.c.aggregate_id == gone))
        read = self._read_version[gone]
        removed = await connection.execute(
            delete(stakeholders).where(stakeholders.c.id == gone, stakeholders.c.version == read)
        )
        if removed.rowcount == 0:
            raise _changed_meanwhile(gone, read)

    async def _claim(self, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        try:
            await self._uow.connection.execute(insert(stakeholder_handles), rows)
        except IntegrityError as taken:
            names = ", ".join(f"{row['platform']}:{row['name_key']}" for row in rows[:3])
            raise HandleTaken(
                f"handles: one of {names} already belongs to another stakeholder",
                field="handles",
                remedy="look the account up with GET /v1/stakeholders?q= and change that stakeholder",
            ) from taken

    def _hand_out(self, stakeholder: Stakeholder) -> Stakeholder:
        self._uow.track(stakeholder)
        self._read_version[stakeholder.state.id] = stakeholder.version
        return stakeholder


class SqlEngagers:
    """Remembers the version each engager had when it was read."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow
        self._read_version: dict[str, int] = {}

    async def get(self, engager_id: str) -> Engager:
        found = await self._uow.connection.execute(select(engagers).where(engagers.c.id == engager_id))
        row = found.mappings().one_or_none()
        if row is None:
            raise NotFound(f"no engager {engager_id}", remedy="list engagers to find the id")
        engager = Engager(engager_state(row))
        self._uow.track(engager)
        self._read_version[engager_id] = engager.version
        return engager

    async def add(self, engager: Engager) -> None:
        await self._uow.connection.execute(insert(engagers), [engager_row(engager.state)])
        self._uow.track(engager)

    async def save(self, engager: Engager) -> None:
        read = self._read_version[engager.state.id]
        if engager.version != read:
            await _update_version(self._uow, engagers, engager_row(engager.state), read)


async def _update_version(uow: SqlUnitOfWork, table: Table, row: dict[str, Any], read: int) -> None:
    changed = await uow.connection.execute(
        update(table).where(table.c.id == row["id"], table.c.version == read).values(row)
    )
    if changed.rowcount == 0:
        raise _changed_meanwhile(row["id"], read)


def _changed_meanwhile(aggregate_id: str, read: int) -> ConcurrentChange:
    return ConcurrentChange(
        f"{aggregate_id} was changed by somebody else since version {read}", remedy="read it again, then repeat"
    )
