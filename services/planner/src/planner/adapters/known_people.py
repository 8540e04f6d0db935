"""The planner's copy of the registry in PostgreSQL. Newest version wins, whatever order news arrives in."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert

from planner.adapters.tables import engagers_known, stakeholders_known
from planner.domain.facts import EngagerKnown, StakeholderKnown
from shared.contracts.registry import EngagerStateV1, StakeholderStateV1
from shared.db.unit_of_work import SqlUnitOfWork
from shared.inbox.parking import is_unknown
from shared.kernel.errors import Unavailable

_STAKEHOLDER = TypeAdapter(StakeholderKnown)
_ENGAGER = TypeAdapter(EngagerKnown)


class SqlKnownPeople:
    """Implements `KnownPeople`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def stakeholder(self, stakeholder_id: str) -> StakeholderKnown | None:
        await self._refuse_if_unread(StakeholderStateV1.TOPIC, stakeholder_id)
        state = await self._state(stakeholders_known, stakeholder_id)
        return None if state is None else _STAKEHOLDER.validate_python({**state, "id": stakeholder_id})

    async def engager(self, engager_id: str) -> EngagerKnown | None:
        await self._refuse_if_unread(EngagerStateV1.TOPIC, engager_id)
        state = await self._state(engagers_known, engager_id)
        return None if state is None else _ENGAGER.validate_python({**state, "id": engager_id})

    async def keep_stakeholder(self, state: StakeholderStateV1) -> None:
        document = state.model_dump(mode="json", exclude={"handles", "name", "owner_id", "stakeholder_id"})
        await self._keep(stakeholders_known, state.stakeholder_id, state.version, document)

    async def forget_stakeholder(self, stakeholder_id: str, version: int) -> None:
        await self._keep(stakeholders_known, stakeholder_id, version, None)

    async def keep_engager(self, state: EngagerStateV1) -> None:
        document = state.model_dump(mode="json", exclude={"engager_id"})
        await self._keep(engagers_known, state.engager_id, state.version, document)

    async def _state(self, table: Table, key: str) -> dict[str, Any] | None:
        statement = select(table.c.state).where(next(iter(table.primary_key.columns)) == key)
        return (await self._uow.connection.execute(statement)).scalar_one_or_none()

    async def _keep(self, table: Table, key: str, version: int, state: dict[str, Any] | None) -> None:
        name = next(iter(table.primary_key.columns)).name
        statement = insert(table).values({name: key, "version": version, "state": state})
        newer = statement.on_conflict_do_update(
            index_elements=[name],
            set_={"version": statement.excluded.version, "state": statement.excluded.state},
            where=table.c.version < statement.excluded.version,
        )
        await self._uow.connection.execute(newer)

    async def _refuse_if_unread(self, topic: str, key: str) -> None:
        if await is_unknown(self._uow.connection, topic, key):
            raise Unavailable(
                f"news about {key} on {topic} could not be read, so what is known may be out of date",
                remedy="an operator looks with `rapport dlt list` and replays; then try again",
            )
