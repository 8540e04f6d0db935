"""Records of money in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select

from compliance.adapters.money import tables
from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.records import SqlRecords
from compliance.domain.money.bands import Band, FeeBand
from compliance.domain.money.contract import Contract, ContractFile
from compliance.domain.money.disclosure import DisclosureRun, Run
from compliance.domain.money.needs import NeedsAssessment, Round
from compliance.domain.money.recipients import DisclosedRecipient, Recipient
from compliance.domain.money.transfer import Entry, TransferOfValue


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
