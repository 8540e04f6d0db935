"""Events of the registry. State topics: every event carries the full public state plus its version."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import IntegrationEvent
from shared.contracts.vocabulary import (
    EngagerFunction,
    EngagerRelation,
    LawfulBasis,
    OwnerFunction,
    Platform,
    RelationshipStage,
    StakeholderType,
)


class HandleV1(BaseModel):
    """One account of a stakeholder: platform and name without the leading @."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    platform: Platform
    name: str


class StakeholderStateV1(IntegrationEvent):
    """Full public state of one stakeholder. A null fact is unknown, never safe.

    Consumers keep the newest `version` per `stakeholder_id` and react to the state, not to the type.
    """

    TOPIC: ClassVar[str] = "registry.stakeholder"
    IS_STATE: ClassVar[bool] = True

    stakeholder_id: str
    version: int
    name: str
    type: StakeholderType
    country: str | None = None
    handles: tuple[HandleV1, ...] = ()
    owner_function: OwnerFunction | None = None
    owner_id: str | None = None
    relationship_stage: RelationshipStage | None = None
    lawful_basis: LawfulBasis | None = None
    notice_sent_on: date | None = None
    outreach_policy: str | None = None
    contracted: bool | None = None
    followers: int | None = None
    minor: bool | None = None
    opted_out: bool = False
    do_not_engage: bool = False
    open_complaint: bool = False
    """They have complained and it is not settled."""

    @property
    def key(self) -> str:
        return self.stakeholder_id


class StakeholderRegisteredV1(StakeholderStateV1):
    """A person or organisation entered the registry."""

    TYPE: ClassVar[str] = "registry.stakeholder.registered.v1"


class StakeholderUpdatedV1(StakeholderStateV1):
    """A fact about a stakeholder changed, do-not-engage included."""

    TYPE: ClassVar[str] = "registry.stakeholder.updated.v1"


class StakeholderOwnerAssignedV1(StakeholderStateV1):
    """The relationship got an owner."""

    TYPE: ClassVar[str] = "registry.stakeholder.owner_assigned.v1"


class StakeholderStageChangedV1(StakeholderStateV1):
    """The relationship moved to another stage."""

    TYPE: ClassVar[str] = "registry.stakeholder.stage_changed.v1"


class StakeholderOptedOutV1(StakeholderStateV1):
    """The stakeholder asked us to stop. Every queued action for them stops."""

    TYPE: ClassVar[str] = "registry.stakeholder.opted_out.v1"


class StakeholderErasedV1(IntegrationEvent):
    """The stakeholder's data is gone; the last record of its key, id only."""

    TYPE: ClassVar[str] = "registry.stakeholder.erased.v1"
    TOPIC: ClassVar[str] = "registry.stakeholder"
    IS_STATE: ClassVar[bool] = True

    stakeholder_id: str
    version: int

    @property
    def key(self) -> str:
        return self.stakeholder_id


class EngagerStateV1(IntegrationEvent):
    """Full public state of one of our own people: function, training, authorised channels."""

    TOPIC: ClassVar[str] = "registry.engager"
    IS_STATE: ClassVar[bool] = True

    engager_id: str
    version: int
    name: str
    function: EngagerFunction
    relation: EngagerRelation
    trained_until: date | None = None
    authorised_platforms: tuple[Platform, ...] = ()

    @property
    def key(self) -> str:
        return self.engager_id


class EngagerUpdatedV1(EngagerStateV1):
    """An engager was added or changed."""

    TYPE: ClassVar[str] = "registry.engager.updated.v1"


STAKEHOLDER_STATES = (
    StakeholderRegisteredV1,
    StakeholderUpdatedV1,
    StakeholderOwnerAssignedV1,
    StakeholderStageChangedV1,
    StakeholderOptedOutV1,
)
"""Every type that carries a stakeholder's full state."""
