"""Circulations in PostgreSQL, as units of work read and write them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, Select, insert, select, update

from compliance.adapters.circulations.tables import review_notices, review_rounds
from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.domain.circulations.notices import ReviewNoted
from compliance.domain.circulations.rounds import ReviewRound, RoundRecord


class SqlRounds:
    """Implements `Rounds`. A new one is written at the end of the transaction, as it is by then."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self._uow = uow
        self._new: dict[str, tuple[int, ReviewRound, dict[str, Any]]] = {}

    async def latest_of(self, action_id: str) -> ReviewRound | None:
        flushes, begun, _ = self._new.get(action_id, (-1, None, {}))
        if flushes == self._uow.flushes:
            return begun
        of_action = select(review_rounds).where(review_rounds.c.action_id == action_id)
        return await self._one(of_action.order_by(review_rounds.c.number.desc()).limit(1))

    async def get_for_update(self, round_id: str) -> ReviewRound | None:
        action_id, _, number = round_id.rpartition("~")
        columns = review_rounds.c
        wanted = select(review_rounds).where(columns.action_id == action_id, columns.number == int(number))
        return await self._one(wanted)

    async def add(self, begun: ReviewRound) -> None:
        row = _to_row(begun)
        self._uow.stage(review_rounds, row)
        self._new[begun.stored.action_id] = (self._uow.flushes, begun, row)

    async def save(self, changed: ReviewRound) -> None:
        flushes, begun, staged = self._new.get(changed.stored.action_id, (-1, None, {}))
        if begun is changed and flushes == self._uow.flushes:
            staged.update(_to_row(changed))
            return
        columns, stored = review_rounds.c, changed.stored
        this = (columns.action_id == stored.action_id, columns.number == stored.number)
        await self._uow.connection.execute(update(review_rounds).where(*this).values(_to_row(changed)))
        await self._note(changed)

    async def _note(self, changed: ReviewRound) -> None:
        for noted in changed.noted:
            row = _noted(noted)
            await self._uow.connection.execute(insert(review_notices).values(row))
            self._uow.wrote(noted.AGGREGATE, noted.aggregate_id, noted.version, row)
        changed.noted.clear()

    async def _one(self, wanted: Select[Any]) -> ReviewRound | None:
        row = (await self._uow.connection.execute(wanted.with_for_update())).mappings().one_or_none()
        if row is None:
            return None
        found = _from_row(row)
        self._uow.track(found)
        return found


def _to_row(each: ReviewRound) -> dict[str, Any]:
    return {
        **vars(each.stored),
        "version": each.version,
        "rules": sorted(each.stored.rules),
        "waits_for": sorted(each.stored.waits_for),
    }


def _from_row(row: RowMapping) -> ReviewRound:
    values = {name: value for name, value in row.items() if name != "version"}
    record = RoundRecord(**{**values, "rules": frozenset(row["rules"]), "waits_for": frozenset(row["waits_for"])})
    return ReviewRound(record, version=row["version"])


def _noted(noted: ReviewNoted) -> dict[str, Any]:
    return {
        "round_id": noted.aggregate_id,
        "version": noted.version,
        "state": noted.new_state,
        "percent": noted.percent,
        "due_at": noted.due_at,
        "notify": list(noted.notify),
        "noted_at": noted.occasion.at,
    }
