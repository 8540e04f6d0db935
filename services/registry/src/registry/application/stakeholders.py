"""Use cases on one stakeholder. Each opens one transaction and commits before it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from registry.application.ports import CountryCode, RegistryUnitOfWork, UnitOfWorkFactory
from registry.domain.owner_routing import Owner, OwnerRouting
from registry.domain.stakeholder import Profile, Stakeholder, StakeholderState
from registry.domain.vocabulary import Function, Stage
from shared.kernel.errors import ConcurrentChange
from shared.kernel.ids import IdFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What the caller states about somebody new."""

    profile: Profile
    owner_function: Function | None = None
    owner_reason: str | None = None
    stage: Stage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Changed facts only: profile fields by name; owner None when not given; `stage` counts if `states_stage`."""

    profile: Mapping[str, Any]
    owner_function: Function | None = None
    owner_reason: str | None = None
    stage: Stage | None = None
    states_stage: bool = False


async def register_stakeholder(
    registration: Registration,
    *,
    by: str,
    uow: RegistryUnitOfWork,
    routing: OwnerRouting,
    country_code: CountryCode,
    new_id: IdFactory,
) -> StakeholderState:
    """Add somebody. Raises OwnerNotAllowed, OwnerReasonMissing, InvalidValue, HandleTaken."""
    profile = with_country(registration.profile, country_code)
    owner = routing.assign(profile.type, function=registration.owner_function, reason=registration.owner_reason)
    stakeholder = Stakeholder.register(
        stakeholder_id=new_id(), profile=profile, owner=owner, stage=registration.stage, by=by
    )
    async with uow:
        await uow.stakeholders.add([stakeholder])
        await uow.commit()
    return stakeholder.state


async def revise_stakeholder(
    stakeholder_id: str,
    revision: Revision,
    *,
    expected_version: int,
    by: str,
    unit_of_work: UnitOfWorkFactory,
    routing: OwnerRouting,
    country_code: CountryCode,
) -> StakeholderState:
    """Change stated facts, owner or stage. Raises ConcurrentChange when `expected_version` is not the newest."""
    async with unit_of_work() as uow:
        stakeholder = await uow.stakeholders.get(stakeholder_id)
        if stakeholder.version != expected_version:
            raise ConcurrentChange(
                f"the stakeholder is at version {stakeholder.version}, not {expected_version}",
                remedy="read it again, then repeat your change",
                current_version=stakeholder.version,
            )
        before = stakeholder.state
        profile = with_country(replace(before.profile, **revision.profile), country_code)
        stakeholder.describe(profile, by=by)
        stakeholder.assign(_owner(before, profile, revision, routing), by=by)
        if revision.states_stage:
            stakeholder.move_to(revision.stage, by=by)
        await uow.stakeholders.save(stakeholder)
        await uow.commit()
        return stakeholder.state


async def opt_out(stakeholder_id: str, *, reason: str, by: str, unit_of_work: UnitOfWorkFactory) -> StakeholderState:
    """They asked us to stop."""
    async with unit_of_work() as uow:
        stakeholder = await uow.stakeholders.get(stakeholder_id)
        stakeholder.opt_out(reason=reason, by=by)
        await uow.stakeholders.save(stakeholder)
        await uow.commit()
        return stakeholder.state


async def set_do_not_engage(
    stakeholder_id: str, *, forbidden: bool, reason: str, by: str, unit_of_work: UnitOfWorkFactory
) -> StakeholderState:
    """Set or lift our own decision to leave somebody alone."""
    async with unit_of_work() as uow:
        stakeholder = await uow.stakeholders.get(stakeholder_id)
        if forbidden:
            stakeholder.forbid_engagement(reason=reason, by=by)
        else:
            stakeholder.allow_engagement(reason=reason, by=by)
        await uow.stakeholders.save(stakeholder)
        await uow.commit()
        return stakeholder.state


async def set_complaint(
    stakeholder_id: str, *, is_open: bool, reason: str, by: str, unit_of_work: UnitOfWorkFactory
) -> StakeholderState:
    """Record that they have complained, or how it was settled."""
    async with unit_of_work() as uow:
        stakeholder = await uow.stakeholders.get(stakeholder_id)
        if is_open:
            stakeholder.complain(reason=reason, by=by)
        else:
            stakeholder.settle_complaint(reason=reason, by=by)
        await uow.stakeholders.save(stakeholder)
        await uow.commit()
        return stakeholder.state


async def erase(stakeholder_id: str, *, unit_of_work: UnitOfWorkFactory) -> None:
    """Delete everything we hold about somebody. Raises NotFound."""
    async with unit_of_work() as uow:
        stakeholder = await uow.stakeholders.get(stakeholder_id)
        stakeholder.erase()
        await uow.stakeholders.delete(stakeholder)
        await uow.commit()


def with_country(profile: Profile, country_code: CountryCode) -> Profile:
    """The profile with its country code checked against the list in force."""
    return profile if profile.country is None else replace(profile, country=country_code(profile.country))


def _owner(before: StakeholderState, profile: Profile, revision: Revision, routing: OwnerRouting) -> Owner:
    """The stated owner; the routed one when the type changed and none was stated; else the present one."""
    if revision.owner_function is not None or revision.owner_reason is not None:
        function = revision.owner_function or before.owner.function
        return routing.assign(profile.type, function=function, reason=revision.owner_reason)
    return before.owner if profile.type == before.profile.type else routing.assign(profile.type)
