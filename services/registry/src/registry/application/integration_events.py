"""What of the registry becomes public, and how."""

from __future__ import annotations

from typing import Any

from registry.domain.engager import EngagerUpdated
from registry.domain.stakeholder import (
    OptedOut,
    OwnerAssigned,
    StageChanged,
    StakeholderChanged,
    StakeholderErased,
    StakeholderRegistered,
    StakeholderState,
    StakeholderUpdated,
)
from shared.changelog.days import ChangelogDigested
from shared.contracts.changelog import RegistryChangelogDigestedV1
from shared.contracts.envelope import IntegrationEvent
from shared.contracts.registry import (
    EngagerUpdatedV1,
    StakeholderErasedV1,
    StakeholderOptedOutV1,
    StakeholderOwnerAssignedV1,
    StakeholderRegisteredV1,
    StakeholderStageChangedV1,
    StakeholderStateV1,
    StakeholderUpdatedV1,
)
from shared.kernel.events import DomainEvent

_STAKEHOLDER_CONTRACTS: dict[type[StakeholderChanged], type[StakeholderStateV1]] = {
    StakeholderRegistered: StakeholderRegisteredV1,
    StakeholderUpdated: StakeholderUpdatedV1,
    OwnerAssigned: StakeholderOwnerAssignedV1,
    StageChanged: StakeholderStageChangedV1,
    OptedOut: StakeholderOptedOutV1,
}


def to_integration_event(event: DomainEvent) -> IntegrationEvent | None:
    """Every change of a stakeholder or an engager is public, with the full state it led to; so is each day's digest."""
    match event:
        case StakeholderChanged():
            return _STAKEHOLDER_CONTRACTS[type(event)].model_validate(public_state(event.state))
        case StakeholderErased():
            return StakeholderErasedV1(stakeholder_id=event.stakeholder_id, version=event.version)
        case EngagerUpdated():
            state = event.state
            return EngagerUpdatedV1(
                engager_id=state.id,
                version=state.version,
                name=state.name,
                function=state.function.value,
                relation=state.relation.value,
                trained_until=state.trained_until,
                authorised_platforms=tuple(platform.value for platform in state.authorised_platforms),
            )
        case ChangelogDigested():
            return RegistryChangelogDigestedV1(day=event.day, changes=event.changes, sha256=event.sha256)
        case _:
            return None


def public_state(state: StakeholderState) -> dict[str, Any]:
    """The fields of the published state, as plain values. Reasons and names of colleagues stay inside."""
    profile, owner = state.profile, state.owner
    return {
        "stakeholder_id": state.id,
        "version": state.version,
        "name": profile.name,
        "type": profile.type.value,
        "country": profile.country,
        "handles": [{"platform": handle.platform.value, "name": handle.name} for handle in profile.handles],
        "owner_function": owner.function.value,
        "owner_id": owner.person_id,
        "relationship_stage": state.stage and state.stage.value,
        "lawful_basis": profile.lawful_basis and profile.lawful_basis.value,
        "notice_sent_on": profile.notice_sent_on,
        "outreach_policy": profile.outreach_policy,
        "contracted": profile.contracted,
        "followers": profile.followers,
        "minor": profile.minor,
        "opted_out": state.opted_out,
        "do_not_engage": state.do_not_engage,
        "open_complaint": state.open_complaint,
    }
