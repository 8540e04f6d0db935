"""Fee bands and needs: what a contract is held against."""

from __future__ import annotations

from compliance.application.money.changing import change_one, occasion_of
from compliance.application.money.ports import Change, Means, MoneyUnitOfWork
from compliance.domain.money.bands import Band, FeeBand
from compliance.domain.money.needs import Need, NeedsAssessment


async def propose_band(band: Band, by: str, reason: str, *, uow: MoneyUnitOfWork, means: Means) -> FeeBand:
    """A band that a second person has to approve."""
    proposed = FeeBand.propose(means.new_id(), band, occasion_of(by, reason, means))
    async with uow:
        await uow.money.bands.add(proposed)
        await uow.commit()
    return proposed


async def approve_band(change: Change, *, uow: MoneyUnitOfWork, means: Means) -> FeeBand:
    """Let fees be held against it."""
    return await change_one(lambda money: money.bands, change, FeeBand.approve, uow=uow, means=means)


async def withdraw_band(change: Change, *, uow: MoneyUnitOfWork, means: Means) -> FeeBand:
    """Hold no fee against it any more."""
    return await change_one(lambda money: money.bands, change, FeeBand.withdraw, uow=uow, means=means)


async def write_need(need: Need, by: str, reason: str, *, uow: MoneyUnitOfWork, means: Means) -> NeedsAssessment:
    """A need that a second person has to approve."""
    written = NeedsAssessment.write(means.new_id(), need, occasion_of(by, reason, means))
    async with uow:
        await uow.money.needs.add(written)
        await uow.commit()
    return written


async def revise_need(need: Need, change: Change, *, uow: MoneyUnitOfWork, means: Means) -> NeedsAssessment:
    """Say it anew; it is to be approved again."""
    return await change_one(
        lambda money: money.needs, change, lambda each, occasion: each.revise(need, occasion), uow=uow, means=means
    )


async def approve_need(change: Change, *, uow: MoneyUnitOfWork, means: Means) -> NeedsAssessment:
    """Agree with need and number."""
    return await change_one(lambda money: money.needs, change, NeedsAssessment.approve, uow=uow, means=means)


async def close_need(change: Change, *, uow: MoneyUnitOfWork, means: Means) -> NeedsAssessment:
    """Engage nobody else."""
    return await change_one(lambda money: money.needs, change, NeedsAssessment.close, uow=uow, means=means)
