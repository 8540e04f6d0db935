"""Wordings and samples in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.records import SqlRecords
from compliance.adapters.tables import permits
from compliance.adapters.wordings.tables import samples, wording_editions, wordings
from compliance.domain.wordings.sample import Sample, SampleFile
from compliance.domain.wordings.wording import ReleaseUnder, Wording, WordingFile


class SqlWordings(SqlRecords[Wording]):
    """Implements `Wordings`; every edition is kept for good."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        super().__init__(uow, wordings, "wording", Wording, WordingFile)
        self._approved: Sequence[Wording] | None = None

    async def get_for_share(self, wording_id: str) -> Wording | None:
        return await self._one(select(wordings).where(wordings.c.wording_id == wording_id).with_for_update(read=True))

    async def approved(self) -> Sequence[Wording]:
        if self._approved is None:
            self._approved = await self._many(select(wordings).where(wordings.c.state == "approved"))
        return self._approved

    async def releases(self, wording_id: str) -> Sequence[ReleaseUnder]:
        columns = permits.c
        statement = (
            select(columns.permit_id, columns.action_id, columns.wording["edition"].as_integer(), columns.state)
            .where(columns.wording["wording_id"].as_string() == wording_id)
            .order_by(columns.permit_id)
        )
        rows = (await self._uow.connection.execute(statement)).all()
        return [
            ReleaseUnder(permit_id=permit_id, action_id=action_id, edition=edition, state=state)
            for permit_id, action_id, edition, state in rows
        ]

    def found_by(self, record: Wording) -> Mapping[str, Any]:
        return {"valid_until": record.details.content.valid_until.isoformat()}

    async def _written(self, record: Wording) -> None:
        await super()._written(record)
        self._approved = None
        file = record.details
        edition = {
            "wording_id": record.record_id,
            "edition": file.edition,
            "sha256": file.sha256,
            "content": file.content.as_json(),
            "written_by": list(file.written_by),
        }
        await self._uow.connection.execute(insert(wording_editions).values(edition).on_conflict_do_nothing())


class SqlSamples(SqlRecords[Sample]):
    """Implements `Samples`."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        super().__init__(uow, samples, "sample", Sample, SampleFile)

    async def many_for_update(self, permit_ids: Collection[str]) -> Sequence[Sample]:
        wanted = select(samples).where(samples.c.permit_id.in_(sorted(permit_ids)))
        return await self._many(wanted.with_for_update())

    def found_by(self, record: Sample) -> Mapping[str, Any]:
        file = record.details
        return {"wording_id": file.wording.wording_id, "action_id": file.action_id, "due_at": file.due_at}


class SqlFastLane:
    """Implements `FastLane`."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self.wordings = SqlWordings(uow)
        self.samples = SqlSamples(uow)
