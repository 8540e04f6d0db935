"""The rule set in force, what releases wait for, and unreadable keys."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.tables import release_holds, rule_sets
from compliance.application.ports.repositories import Hold
from compliance.domain.rule_set import RuleSetInForce
from shared.db.locks import lock_key
from shared.db.unit_of_work import SqlUnitOfWork
from shared.inbox.parking import is_unknown
from shared.kernel.errors import ConcurrentChange

_UNKNOWN = text("SELECT DISTINCT topic, key FROM parked_keys WHERE key = ANY(cast(:keys AS text[]))")
_LOCK = text("SELECT pg_advisory_xact_lock(:key)")


class SqlRuleSets:
    """Implements `RuleSets`: one row, its history is in the ledger."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self._uow = uow

    async def in_force(self) -> RuleSetInForce:
        return await self._one(select(rule_sets))

    async def in_force_for_update(self) -> RuleSetInForce:
        await self._uow.connection.execute(_LOCK, {"key": lock_key("rule_set")})
        return await self._one(select(rule_sets).with_for_update())

    async def save(self, in_force: RuleSetInForce) -> None:
        if in_force.version == in_force.stored_version:
            return
        row = {"version": in_force.version, "rule_set": in_force.rule_set, "rules": in_force.rules}
        if in_force.stored_version == 0:
            written = await self._uow.connection.execute(insert(rule_sets).values(row).on_conflict_do_nothing())
        else:
            written = await self._uow.connection.execute(
                update(rule_sets)
                .where(rule_sets.c.version == in_force.stored_version)
                .values({**row, "activated_at": func.now()})
            )
        if written.rowcount != 1:
            raise ConcurrentChange("somebody else activated a rule set", remedy="try again")
        in_force.stored_version = in_force.version
        self._uow.wrote("rule_set", "rule_set", in_force.version, row)
        self._uow.track(in_force)

    async def _one(self, statement: Select[Any]) -> RuleSetInForce:
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        known = (
            RuleSetInForce() if row is None else RuleSetInForce(row["rule_set"], row["rules"], version=row["version"])
        )
        self._uow.track(known)
        return known


class SqlHolds:
    """Implements `Holds`."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def put(self, action_id: str, holds: Sequence[Hold], *, next_attempt_at: datetime) -> None:
        row = {
            "action_id": action_id,
            "holds": [asdict(hold) for hold in holds],
            "next_attempt_at": next_attempt_at,
        }
        statement = insert(release_holds).values(row)
        await self._uow.connection.execute(
            statement.on_conflict_do_update(
                index_elements=[release_holds.c.action_id], set_={**row, "noted_at": func.now()}
            )
        )

    async def clear(self, *action_ids: str) -> None:
        await self._uow.connection.execute(delete(release_holds).where(release_holds.c.action_id.in_(action_ids)))


class SqlDeadLetters:
    """Implements `DeadLetters` over the consumer's parked keys."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow
        self._foreseen: dict[tuple[str, str], bool] = {}

    async def foresee(self, keys: Collection[tuple[str, str]]) -> None:
        rows = await self._uow.connection.execute(_UNKNOWN, {"keys": sorted({key for _, key in keys})})
        unknown = {(row.topic, row.key) for row in rows}
        self._foreseen = {each: each in unknown for each in keys}

    async def is_unknown(self, topic: str, key: str) -> bool:
        if (topic, key) in self._foreseen:
            return self._foreseen[topic, key]
        return await is_unknown(self._uow.connection, topic, key)
