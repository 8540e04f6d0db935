"""What the HTTP API takes and gives. Unknown fields are refused; a null fact is unknown, never safe."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from registry.application.integration_events import public_state
from registry.application.rows import CsvReport
from registry.application.stakeholders import Registration, Revision
from registry.domain.engager import EngagerState
from registry.domain.handle import Handle
from registry.domain.permission import Permission
from registry.domain.stakeholder import Profile, StakeholderState
from registry.domain.vocabulary import Function, LawfulBasis, Platform, Relation, Stage
from registry.domain.vocabulary import StakeholderType as Kind
from shared.contracts.vocabulary import (
    EngagerFunction,
    EngagerRelation,
    OwnerFunction,
    RelationshipStage,
    StakeholderType,
)
from shared.contracts.vocabulary import LawfulBasis as LawfulBasisWord
from shared.contracts.vocabulary import Platform as PlatformWord

Reason = Annotated[str, Field(min_length=1, max_length=1_000)]


class _Taken(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HandleBody(_Taken):
    """An account; a leading @ of the name is dropped."""

    platform: PlatformWord
    name: Annotated[str, Field(min_length=1, max_length=200)]

    def handle(self) -> Handle:
        return Handle.of(Platform(self.platform), self.name)


class _Facts(_Taken):
    country: str | None = None
    handles: Annotated[tuple[HandleBody, ...], Field(max_length=50)] = ()
    lawful_basis: LawfulBasisWord | None = None
    notice_sent_on: date | None = None
    outreach_policy: str | None = None
    contracted: bool | None = None
    followers: Annotated[int, Field(ge=0)] | None = None
    minor: bool | None = None
    owner_function: OwnerFunction | None = None
    owner_reason: str | None = None
    relationship_stage: RelationshipStage | None = None


class StakeholderCreate(_Facts):
    """Somebody new. Without `owner_function` the relationship is routed by type."""

    name: str
    type: StakeholderType

    def registration(self) -> Registration:
        profile = Profile(
            name=self.name,
            type=Kind(self.type),
            country=self.country,
            handles=tuple(each.handle() for each in self.handles),
            lawful_basis=LawfulBasis(self.lawful_basis) if self.lawful_basis else None,
            notice_sent_on=self.notice_sent_on,
            outreach_policy=self.outreach_policy,
            contracted=self.contracted,
            followers=self.followers,
            minor=self.minor,
        )
        return Registration(
            profile=profile,
            owner_function=Function(self.owner_function) if self.owner_function else None,
            owner_reason=self.owner_reason,
            stage=Stage(self.relationship_stage) if self.relationship_stage else None,
        )


class StakeholderPatch(_Facts):
    """Changes: fields that are absent stay as they are, null makes a fact unknown again."""

    name: str = ""
    type: StakeholderType = "other"

    def revision(self) -> Revision:
        given: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        owner_function = given.pop("owner_function", None)
        owner_reason = given.pop("owner_reason", None)
        stage = given.pop("relationship_stage", None)
        if "type" in given:
            given["type"] = Kind(given["type"])
        if given.get("lawful_basis"):
            given["lawful_basis"] = LawfulBasis(given["lawful_basis"])
        if "handles" in given:
            given["handles"] = tuple(each.handle() for each in self.handles)
        return Revision(
            profile=given,
            owner_function=Function(owner_function) if owner_function else None,
            owner_reason=owner_reason,
            stage=Stage(stage) if stage else None,
            states_stage="relationship_stage" in self.model_fields_set,
        )


class HandleRead(BaseModel):
    platform: PlatformWord
    name: str


class _StakeholderFields(BaseModel):
    version: int
    name: str
    type: StakeholderType
    country: str | None
    handles: list[HandleRead]
    owner_function: OwnerFunction | None
    owner_id: str | None
    relationship_stage: RelationshipStage | None
    lawful_basis: LawfulBasisWord | None
    notice_sent_on: date | None
    outreach_policy: str | None
    contracted: bool | None
    followers: int | None
    minor: bool | None
    opted_out: bool
    do_not_engage: bool
    open_complaint: bool


class StakeholderFactsRead(_StakeholderFields):
    """The published state of a stakeholder."""

    stakeholder_id: str


class StakeholderRead(_StakeholderFields):
    """One stakeholder, and why the owner is not the routed one."""

    id: str
    owner_reason: str | None

    @classmethod
    def of(cls, state: StakeholderState) -> Self:
        return cls.model_validate({**public_state(state), "id": state.id, "owner_reason": state.owner.reason})


class PermissionRead(BaseModel):
    """`reasons` is empty exactly when `may_approach`; `unknown` names facts nobody has stated."""

    stakeholder_id: str
    version: int
    may_approach: bool
    reasons: list[str]
    unknown: list[str]
    opted_out: bool
    do_not_engage: bool
    open_complaint: bool
    minor: bool | None
    facts: StakeholderFactsRead

    @classmethod
    def of(cls, state: StakeholderState, permission: Permission) -> Self:
        return cls(
            stakeholder_id=state.id,
            version=state.version,
            may_approach=permission.may_approach,
            reasons=list(permission.reasons),
            unknown=list(permission.unknown),
            opted_out=state.opted_out,
            do_not_engage=state.do_not_engage,
            open_complaint=state.open_complaint,
            minor=state.profile.minor,
            facts=StakeholderFactsRead.model_validate(public_state(state)),
        )


class ReasonBody(_Taken):
    """Why."""

    reason: Reason


class RejectedRead(BaseModel):
    line: int
    column: str | None
    value: str | None
    message: str
    remedy: str | None


class RepairRead(BaseModel):
    line: int
    what: str


class ImportRead(BaseModel):
    """Counts are complete; the lists hold the first 1,000 entries."""

    validate_only: bool
    imported: int
    updated: int
    unchanged: int
    rejected_count: int
    rejected: list[RejectedRead]
    repaired_count: int
    repaired: list[RepairRead]

    @classmethod
    def of(cls, report: CsvReport, *, validate_only: bool) -> Self:
        return cls(
            validate_only=validate_only,
            imported=report.imported,
            updated=report.updated,
            unchanged=report.unchanged,
            rejected_count=report.rejected_count,
            rejected=[RejectedRead.model_validate(each, from_attributes=True) for each in report.rejected],
            repaired_count=report.repaired_count,
            repaired=[RepairRead.model_validate(each, from_attributes=True) for each in report.repaired],
        )


class EngagerBody(_Taken):
    """One of our own people. `trained_until` null: no valid training is known."""

    name: str
    function: EngagerFunction
    relation: EngagerRelation
    trained_until: date | None = None
    authorised_platforms: Annotated[tuple[PlatformWord, ...], Field(max_length=50)] = ()

    def facts(self) -> EngagerState:
        return EngagerState(
            id="",
            version=0,
            name=self.name,
            function=Function(self.function),
            relation=Relation(self.relation),
            trained_until=self.trained_until,
            authorised_platforms=tuple(Platform(each) for each in self.authorised_platforms),
        )


class EngagerRead(BaseModel):
    id: str
    version: int
    name: str
    function: EngagerFunction
    relation: EngagerRelation
    trained_until: date | None
    authorised_platforms: list[PlatformWord]

    @classmethod
    def of(cls, state: EngagerState) -> Self:
        return cls.model_validate(
            {
                "id": state.id,
                "version": state.version,
                "name": state.name,
                "function": state.function.value,
                "relation": state.relation.value,
                "trained_until": state.trained_until,
                "authorised_platforms": [platform.value for platform in state.authorised_platforms],
            }
        )
