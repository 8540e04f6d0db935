"""Recording what was given: every change of one transfer marks all of that person anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from compliance.application.money.changing import occasion_of, seen_by
from compliance.application.money.ports import Change, HasMoney, Means, MoneyUnitOfWork
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.money.giving import Given
from compliance.domain.money.marks import Mark, RecipientKind, marks_of
from compliance.domain.money.recipients import DisclosedRecipient, Recipient
from compliance.domain.money.transfer import Entry, TransferOfValue
from shared.kernel.errors import InvalidValue, NotFound

_COVERED = frozenset({"hcp", "researcher", "organisation"})
"""Types of the registry whom a disclosure programme may cover."""


async def record_transfer(given: Given, by: str, reason: str, *, uow: MoneyUnitOfWork, means: Means) -> TransferOfValue:
    """Store it, whether it is disclosed or not. Raises InvalidValue for a contract of somebody else."""
    occasion = occasion_of(by, reason, means)
    transfer_id = means.new_id()
    async with uow:
        await uow.people.lock(given.stakeholder_id)
        await _ensure_contract(given, uow)
        transfer = await record_within(given, transfer_id, occasion, uow=uow, means=means)
        await uow.commit()
        return transfer


async def record_within(
    given: Given, transfer_id: str, occasion: Occasion, *, uow: HasMoney, means: Means
) -> TransferOfValue:
    """Store it without committing; the caller holds the person's lock."""
    others = await uow.money.transfers.of_person_for_update(given.stakeholder_id)
    marks = await _marks({**_given(others), transfer_id: given}, given.stakeholder_id, uow, means)
    entry = Entry(given=given, mark=marks[transfer_id], rule_set=means.rule_set())
    transfer = TransferOfValue.of(transfer_id, entry, occasion)
    await uow.money.transfers.add(transfer)
    await _mark(others, marks, f"{transfer_id} was recorded", uow, means)
    return transfer


async def correct_transfer(given: Given, change: Change, *, uow: MoneyUnitOfWork, means: Means) -> TransferOfValue:
    """It was this in truth; the versions before stay readable."""
    return await _change(change, lambda transfer, occasion: transfer.correct(given, occasion), given, uow, means)


async def void_transfer(change: Change, *, uow: MoneyUnitOfWork, means: Means) -> TransferOfValue:
    """It was not given; the versions before stay readable."""
    return await _change(change, TransferOfValue.void, None, uow, means)


async def record_recipient(
    recipient: Recipient, by: str, reason: str, *, uow: MoneyUnitOfWork, means: Means
) -> DisclosedRecipient:
    """Say under which name somebody is disclosed. Raises ConcurrentChange where there is a record already."""
    occasion, stakeholder_id = occasion_of(by, reason, means), recipient.stakeholder_id
    async with uow:
        await uow.people.lock(stakeholder_id)
        await _ensure_kind(recipient, uow)
        record = DisclosedRecipient.of(means.new_id(), recipient, occasion)
        await uow.money.recipients.add(record)
        await _mark_person(stakeholder_id, "the recipient's record is new", uow, means)
        await uow.commit()
        return record


async def revise_recipient(
    recipient: Recipient, change: Change, *, uow: MoneyUnitOfWork, means: Means
) -> DisclosedRecipient:
    """Correct the record; what it changes for their transfers is marked."""
    occasion = occasion_of(change.by, change.reason, means)
    async with uow:
        await uow.people.lock(recipient.stakeholder_id)
        await _ensure_kind(recipient, uow)
        record = await seen_by(change, uow.money.recipients)
        record.revise(recipient, occasion)
        await uow.money.recipients.save(record)
        await _mark_person(recipient.stakeholder_id, "the recipient's record has changed", uow, means)
        await uow.commit()
        return record


async def _change(
    change: Change,
    step: Callable[[TransferOfValue, Occasion], None],
    given: Given | None,
    uow: MoneyUnitOfWork,
    means: Means,
) -> TransferOfValue:
    occasion = occasion_of(change.by, change.reason, means)
    async with uow:
        found = await uow.money.transfers.get(change.record_id)
        if found is None:
            raise NotFound(f"there is no transfer {change.record_id}", remedy="GET /v1/transfers-of-value lists all")
        await uow.people.lock(found.details.given.stakeholder_id)
        transfer = await seen_by(change, uow.money.transfers)
        if given is not None:
            await _ensure_contract(given, uow)
        step(transfer, occasion)
        await uow.money.transfers.save(transfer)
        await _mark_person(found.details.given.stakeholder_id, f"{change.record_id} has changed", uow, means)
        await uow.commit()
        return await uow.money.transfers.get(change.record_id) or transfer


async def _mark_person(stakeholder_id: str, why: str, uow: MoneyUnitOfWork, means: Means) -> None:
    transfers = await uow.money.transfers.of_person_for_update(stakeholder_id)
    await _mark(transfers, await _marks(_given(transfers), stakeholder_id, uow, means), why, uow, means)


async def _mark(
    transfers: Sequence[TransferOfValue], marks: Mapping[str, Mark], why: str, uow: HasMoney, means: Means
) -> None:
    occasion = Occasion(by=SYSTEM, at=means.clock.now(), why=why)
    for each in transfers:
        each.mark(marks[each.record_id], means.rule_set(), occasion)
        await uow.money.transfers.save(each)


async def _marks(given: Mapping[str, Given], stakeholder_id: str, uow: HasMoney, means: Means) -> Mapping[str, Mark]:
    recipient = await uow.money.recipients.of_person(stakeholder_id)
    kind: RecipientKind | None = None if recipient is None else recipient.details.kind
    return marks_of(given, kind, means.figures())


def _given(transfers: Sequence[TransferOfValue]) -> Mapping[str, Given]:
    return {each.record_id: each.details.given for each in transfers}


async def _ensure_kind(recipient: Recipient, uow: MoneyUnitOfWork) -> None:
    """Nobody leaves a programme by a word in this record: the registry has to know them as somebody else."""
    person = await uow.people.get(recipient.stakeholder_id)
    if person is not None and person.erased:
        raise InvalidValue("this person's data was erased", field="stakeholder_id", remedy="record nothing of them")
    known = None if person is None else person.facts.get("type")
    if recipient.kind == "other" and (known is None or known in _COVERED):
        raise InvalidValue(
            f"the registry knows this person as {known or 'nobody'}, so a programme may cover them",
            field="kind",
            remedy="say what they are, or correct the person's type in the registry first",
        )


async def _ensure_contract(given: Given, uow: MoneyUnitOfWork) -> None:
    if given.contract_id is None:
        return
    contract = await uow.money.contracts.get(given.contract_id)
    if contract is None or contract.details.terms.stakeholder_id != given.stakeholder_id:
        raise InvalidValue(
            f"there is no contract {given.contract_id} with this recipient",
            field="contract_id",
            remedy="name the recipient's own contract, or the action alone",
        )
