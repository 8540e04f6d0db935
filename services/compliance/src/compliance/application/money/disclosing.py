"""Disclosure runs: looked at first, prepared without a problem that stops them, frozen by a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compliance.application.money.changing import change_one, occasion_of, seen_by
from compliance.application.money.ports import Change, Means, MoneyUnitOfWork
from compliance.domain.money.amounts import Money, rounded
from compliance.domain.money.disclosure import DisclosureRun, Run, ensure_clean, hash_of
from compliance.domain.money.efpia import efpia_report
from compliance.domain.money.giving import Given
from compliance.domain.money.marks import Regime, marks_of
from compliance.domain.money.open_payments import open_payments_report
from compliance.domain.money.recipients import Recipient
from compliance.domain.money.reports import Disclosable, Report
from compliance.domain.money.transfer import TransferOfValue


async def preview(regime: Regime, country: str, year: int, *, uow: MoneyUnitOfWork, means: Means) -> Report:
    """What a run would disclose now and what stops it; nothing is written."""
    async with uow:
        return await _report(regime, country, year, uow, means)


async def prepare(
    regime: Regime, country: str, year: int, by: str, reason: str, *, uow: MoneyUnitOfWork, means: Means
) -> DisclosureRun:
    """A file for a second person. Raises DisclosureStopped naming the records that stop it."""
    occasion = occasion_of(by, reason, means)
    async with uow:
        report = await _report(regime, country, year, uow, means)
        ensure_clean(report)
        run = Run(
            regime=regime,
            country=country,
            year=year,
            file=report.csv,
            sha256=hash_of(report),
            rows=len(report.rows),
            individual=report.individual,
            aggregated=report.aggregated,
            totals={code: rounded(amount, code) for code, amount in report.totals.items()},
            rule_set=means.rule_set(),
            prepared_by=by,
            prepared_at=occasion.at,
        )
        prepared = DisclosureRun.prepare(means.new_id(), run, occasion)
        await uow.money.runs.add(prepared)
        await uow.commit()
        return prepared


async def approve(change: Change, *, uow: MoneyUnitOfWork, means: Means) -> DisclosureRun:
    """Freeze the file, if it would still be the same. Raises SelfApproval, ContentChanged, DisclosureStopped."""
    occasion = occasion_of(change.by, change.reason, means)
    async with uow:
        run = await seen_by(change, uow.money.runs)
        details = run.details
        run.approve(await _report(details.regime, details.country, details.year, uow, means), occasion)
        await uow.money.runs.save(run)
        await uow.commit()
        return run


async def withdraw(change: Change, *, uow: MoneyUnitOfWork, means: Means) -> DisclosureRun:
    """Do not use it."""
    return await change_one(lambda money: money.runs, change, DisclosureRun.withdraw, uow=uow, means=means)


async def _report(regime: Regime, country: str, year: int, uow: MoneyUnitOfWork, means: Means) -> Report:
    """By the rules of now: what was marked under others is decided again."""
    transfers = await uow.money.transfers.of_year(country, year)
    people = {each.details.given.stakeholder_id for each in transfers}
    recipients = {id_: each.details for id_, each in (await uow.money.recipients.of(people)).items()}
    items = _items(transfers, recipients, means)
    agreed = await _agreed(items, uow)
    if regime == "efpia":
        return efpia_report(_of(regime, items), recipients, agreed)
    return open_payments_report(_of(regime, items), recipients, agreed, means.company)


async def _agreed(items: Sequence[Disclosable], uow: MoneyUnitOfWork) -> Mapping[str, Money]:
    """What the contracts that are named agree to pay."""
    named = sorted({each.given.contract_id for each in items if each.given.contract_id is not None})
    contracts = [await uow.money.contracts.get(contract_id) for contract_id in named]
    return {each.record_id: each.details.terms.payable for each in contracts if each is not None}


def _items(
    transfers: Sequence[TransferOfValue], recipients: Mapping[str, Recipient], means: Means
) -> list[Disclosable]:
    figures = means.figures()
    of_person: dict[str, dict[str, Given]] = {}
    for each in transfers:
        of_person.setdefault(each.details.given.stakeholder_id, {})[each.record_id] = each.details.given
    marks = {
        transfer_id: mark
        for person, given in of_person.items()
        for transfer_id, mark in marks_of(
            given, recipients[person].kind if person in recipients else None, figures
        ).items()
    }
    return [
        Disclosable(
            transfer_id=each.record_id,
            version=each.version,
            given=each.details.given,
            mark=marks[each.record_id],
        )
        for each in transfers
    ]


def _of(regime: Regime, items: list[Disclosable]) -> list[Disclosable]:
    """What the regime concerns, and what no rule is known for: that has to be decided before anything is disclosed."""
    return [each for each in items if each.mark.regime in (regime, None)]
