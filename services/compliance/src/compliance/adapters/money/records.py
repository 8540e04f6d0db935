"""Records of money in PostgreSQL: the dataclass as JSON, decimals and dates as text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, Select, Table, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from compliance.adapters.money import tables
from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.domain.money.bands import Band, FeeBand
from compliance.domain.money.contract import Contract, ContractFile
from compliance.domain.money.disclosure import DisclosureRun, Run
from compliance.domain.money.needs import NeedsAssessment, Round
from compliance.domain.money.recipients import DisclosedRecipient, Recipient
from compliance.domain.money.records import MoneyRecord
from compliance.domain.money.transfer import Entry, TransferOfValue
from shared.kernel.errors import ConcurrentChange

R = TypeVar("R", bound=MoneyRecord[Any])


@cache
def _reader_of(details: type[Any]) -> TypeAdapter[Any]:
    """Made once: it takes milliseconds, and every unit of work has these repositories."""
    return TypeAdapter(details)


class SqlRecords(Generic[R]):
    """Implements `Records` for one kind of record in one table."""

    def __init__(
        self, uow: RecordedUnitOfWork, table: Table, aggregate: str, kind: type[R], details: type[Any]
    ) -> None:
        self._uow = uow
        self._aggregate = aggregate
        self._table = table
        self._kind = kind
        self._details = _reader_of(details)
        self._key = next(iter(table.primary_key.columns))

    async def get(self, record_id: str) -> R | None:
        return await self._one(select(self._table).where(self._key == record_id))

    async def get_for_update(self, record_id: str) -> R | None:
        return await self._one(select(self._table).where(self._key == record_id).with_for_update())

    async def add(self, record: R) -> None:
        statement = insert_or_not(self._table).values(self._row(record)).on_conflict_do_nothing()
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            raise ConcurrentChange(f"{record.record_id} has a record already", remedy="read it and change that one")
        await self._written(record)

    async def save(self, record: R) -> None:
        if record.version == record.stored_version:
            return
        statement = (
            update(self._table)
            .where(self._key == record.record_id, self._table.c.version == record.stored_version)
            .values({**self._row(record), "changed_at": func.now()})
        )
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            raise ConcurrentChange(f"{record.record_id} was changed by somebody else", remedy="read it and try again")
        await self._written(record)

    def found_by(self, record: R) -> Mapping[str, Any]:
        """Columns beside the document, none here."""
        del record
        return {}

    async def _many(self, statement: Select[Any]) -> Sequence[R]:
        rows = (await self._uow.connection.execute(statement.order_by(self._key))).mappings().all()
        return [self._record(row) for row in rows]

    async def _one(self, statement: Select[Any]) -> R | None:
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        return None if row is None else self._record(row)

    def _record(self, row: RowMapping) -> R:
        details = self._details.validate_python(row["document"])
        record = self._kind(row[self._key.name], details, state=row["state"], version=row["version"])
        self._uow.track(record)
        return record

    def _row(self, record: R) -> dict[str, Any]:
        return {
            self._key.name: record.record_id,
            "version": record.version,
            "state": record.state,
            "document": self._details.dump_python(record.details, mode="json"),
            **self.found_by(record),
        }

    async def _written(self, record: R) -> None:
        self._uow.wrote(self._aggregate, record.record_id, record.version, self._row(record))
        record.stored_version = record.version
        self._uow.track(record)


class SqlFeeBands(SqlRecords[FeeBand]):
    """Implements `FeeBands`."""

    async def of(self, country: str, specialty: str, tier: str, currency: str) -> Sequence[FeeBand]:
        columns = tables.fee_bands.c
        return await self._many(
            select(tables.fee_bands).where(
                columns.country == country,
                columns.specialty == specialty,
                columns.tier == tier,
                columns.currency == currency,
            )
        )

    def found_by(self, record: FeeBand) -> Mapping[str, Any]:
        band = record.details
        return {"country": band.country, "specialty": band.specialty, "tier": band.tier, "currency": band.currency}


class SqlContracts(SqlRecords[Contract]):
    """Implements `Contracts`."""

    async def of_person_for_update(self, stakeholder_id: str) -> Sequence[Contract]:
        wanted = select(tables.contracts).where(tables.contracts.c.stakeholder_id == stakeholder_id)
        return await self._many(wanted.with_for_update())

    def found_by(self, record: Contract) -> Mapping[str, Any]:
        return {"stakeholder_id": record.details.terms.stakeholder_id}


class SqlRecipients(SqlRecords[DisclosedRecipient]):
    """Implements `Recipients`."""

    async def of_person(self, stakeholder_id: str) -> DisclosedRecipient | None:
        wanted = select(tables.recipients).where(tables.recipients.c.stakeholder_id == stakeholder_id)
        return await self._one(wanted.with_for_update())

    async def of(self, stakeholder_ids: Collection[str]) -> Mapping[str, DisclosedRecipient]:
        wanted = select(tables.recipients).where(tables.recipients.c.stakeholder_id.in_(sorted(stakeholder_ids)))
        return {each.details.stakeholder_id: each for each in await self._many(wanted)}

    def found_by(self, record: DisclosedRecipient) -> Mapping[str, Any]:
        return {"stakeholder_id": record.details.stakeholder_id, "country": record.details.country}


class SqlTransfers(SqlRecords[TransferOfValue]):
    """Implements `Transfers`; every version is kept."""

    async def of_person_for_update(self, stakeholder_id: str) -> Sequence[TransferOfValue]:
        columns = tables.transfers_of_value.c
        valid = select(tables.transfers_of_value).where(
            columns.stakeholder_id == stakeholder_id, columns.state == "recorded"
        )
        return await self._many(valid.with_for_update())

    async def of_year(self, country: str, year: int) -> Sequence[TransferOfValue]:
        columns = tables.transfers_of_value.c
        return await self._many(
            select(tables.transfers_of_value).where(
                columns.country == country,
                columns.year == year,
                columns.state == "recorded",
            )
        )

    def found_by(self, record: TransferOfValue) -> Mapping[str, Any]:
        given = record.details.given
        return {
            "stakeholder_id": given.stakeholder_id,
            "country": given.country,
            "year": given.year,
            "standing": record.details.mark.standing,
        }

    async def _written(self, record: TransferOfValue) -> None:
        await super()._written(record)
        rows = [
            {
                "transfer_id": record.record_id,
                "version": each.version,
                "what": each.what,
                "state": each.state,
                "document": self._details.dump_python(each.entry, mode="json"),
            }
            for each in record.written
        ]
        record.written.clear()
        if rows:
            await self._uow.connection.execute(insert(tables.transfer_versions), rows)


class SqlRuns(SqlRecords[DisclosureRun]):
    """Implements `Records` for disclosure runs."""

    def found_by(self, record: DisclosureRun) -> Mapping[str, Any]:
        run = record.details
        return {"regime": run.regime, "country": run.country, "year": run.year}


class SqlMoney:
    """Implements `Money`."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self.bands = SqlFeeBands(uow, tables.fee_bands, "fee_band", FeeBand, Band)
        self.needs = SqlRecords(uow, tables.needs_assessments, "needs_assessment", NeedsAssessment, Round)
        self.contracts = SqlContracts(uow, tables.contracts, "contract", Contract, ContractFile)
        self.recipients = SqlRecipients(uow, tables.recipients, "recipient", DisclosedRecipient, Recipient)
        self.transfers = SqlTransfers(uow, tables.transfers_of_value, "transfer_of_value", TransferOfValue, Entry)
        self.runs = SqlRuns(uow, tables.disclosure_runs, "disclosure_run", DisclosureRun, Run)
