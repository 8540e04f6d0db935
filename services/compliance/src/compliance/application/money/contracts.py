"""Contracts with experts, from the draft to the end."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.application.money.changing import change_one, occasion_of, seen_by
from compliance.application.money.ports import Change, Means, MoneyUnitOfWork
from compliance.domain.facts import KnownStakeholder
from compliance.domain.money.bands import band_in_force
from compliance.domain.money.contract import Contract, Ground, Signature
from compliance.domain.money.formalities import Objection
from compliance.domain.money.objections import Surroundings, all_objections, objections
from compliance.domain.money.terms import Terms
from shared.kernel.errors import NotFound


async def draft(terms: Terms, by: str, reason: str, *, uow: MoneyUnitOfWork, means: Means) -> Contract:
    """A contract nobody has looked at."""
    contract = Contract.draft(means.new_id(), terms, occasion_of(by, reason, means))
    async with uow:
        await uow.money.contracts.add(contract)
        await uow.commit()
    return contract


async def revise(terms: Terms, change: Change, *, uow: MoneyUnitOfWork, means: Means) -> Contract:
    """Other terms: what was agreed is void, and its place in the round free."""
    occasion = occasion_of(change.by, change.reason, means)
    async with uow:
        contract = await seen_by(change, uow.money.contracts)
        held = contract.details.terms.needs_assessment_id
        contract.revise(terms, occasion)
        await uow.money.contracts.save(contract)
        await _let_go(held, contract, change, uow, means)
        await uow.commit()
        return contract


async def submit(change: Change, *, uow: MoneyUnitOfWork, means: Means) -> Contract:
    """Hand it to a second person. Raises ContractRefused where a rule objects."""
    occasion = occasion_of(change.by, change.reason, means)
    async with uow:
        contract = await seen_by(change, uow.money.contracts)
        terms = contract.details.terms
        contract.submit(objections(terms, await _around(terms, uow, means)), occasion)
        await uow.money.contracts.save(contract)
        await uow.commit()
        return contract


async def agree(change: Change, *, uow: MoneyUnitOfWork, means: Means) -> Contract:
    """Agree, and count the expert against the need. Raises ContractRefused, SelfApproval, NumberAboveNeed."""
    occasion = occasion_of(change.by, change.reason, means)
    async with uow:
        contract = await seen_by(change, uow.money.contracts)
        terms = contract.details.terms
        around = await _around(terms, uow, means)
        ground = _ground(around, means)
        contract.agree(all_objections(terms, around), ground, occasion)
        if around.need is not None:
            around.need.engage(contract.record_id, occasion)
            await uow.money.needs.save(around.need)
        await uow.money.contracts.save(contract)
        await uow.commit()
        return contract


async def activate(signature: Signature, change: Change, *, uow: MoneyUnitOfWork, means: Means) -> Contract:
    """Record the signatures; the service may begin. Raises ContractRefused where a rule objects by now."""
    occasion = occasion_of(change.by, change.reason, means)
    async with uow:
        contract = await seen_by(change, uow.money.contracts)
        terms = contract.details.terms
        contract.activate(signature, all_objections(terms, await _around(terms, uow, means)), occasion)
        await uow.money.contracts.save(contract)
        await uow.commit()
        return contract


async def end(change: Change, *, uow: MoneyUnitOfWork, means: Means) -> Contract:
    """The service is over."""
    return await change_one(lambda money: money.contracts, change, Contract.end, uow=uow, means=means)


async def terminate(change: Change, *, uow: MoneyUnitOfWork, means: Means) -> Contract:
    """Give it up; its place in the round is free."""
    occasion = occasion_of(change.by, change.reason, means)
    async with uow:
        contract = await seen_by(change, uow.money.contracts)
        contract.terminate(occasion)
        await uow.money.contracts.save(contract)
        await _let_go(contract.details.terms.needs_assessment_id, contract, change, uow, means)
        await uow.commit()
        return contract


async def objections_now(contract_id: str, *, uow: MoneyUnitOfWork, means: Means) -> Sequence[Objection]:
    """What would be said against agreeing it today; nothing is written. Raises NotFound."""
    async with uow:
        contract = await uow.money.contracts.get(contract_id)
        if contract is None:
            raise NotFound(f"there is no contract {contract_id}", remedy="GET /v1/contracts lists all")
        return all_objections(contract.details.terms, await _around(contract.details.terms, uow, means))


async def _around(terms: Terms, uow: MoneyUnitOfWork, means: Means) -> Surroundings:
    """What the contract is held against; the need is locked after the contract, in every use case."""
    today = means.clock.now().date()
    person = await uow.people.get(terms.stakeholder_id)
    bands = await uow.money.bands.of(terms.country, terms.specialty, terms.tier, terms.currency)
    return Surroundings(
        need=await uow.money.needs.get_for_update(terms.needs_assessment_id),
        band=band_in_force(bands, max(today, terms.service_begins_on)),
        figures=means.figures(),
        person_known=person is not None and not person.erased,
        stops=_stops(person),
        on=today,
    )


def _stops(person: KnownStakeholder | None) -> frozenset[str]:
    if person is None or person.erased:
        return frozenset()
    minor = frozenset({"minor"}) if person.facts.get("minor") is True else frozenset[str]()
    return person.stops | minor


def _ground(around: Surroundings, means: Means) -> Ground | None:
    band = around.band
    if band is None:
        return None
    return Ground(band_id=band.record_id, highest_rate=band.details.high, rule_set=means.rule_set())


async def _let_go(needs_id: str, contract: Contract, change: Change, uow: MoneyUnitOfWork, means: Means) -> None:
    need = await uow.money.needs.get_for_update(needs_id)
    if need is not None and contract.record_id in need.details.engaged:
        why = f"contract {contract.record_id} is {contract.state}: {change.reason}"
        need.let_go(contract.record_id, occasion_of(change.by, why, means))
        await uow.money.needs.save(need)
