"""Stakeholder and engager to row and back, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from registry.domain.engager import EngagerState
from registry.domain.handle import Handle
from registry.domain.owner_routing import Owner
from registry.domain.stakeholder import Profile, StakeholderState
from registry.domain.text import comparable
from registry.domain.vocabulary import Function, LawfulBasis, Platform, Relation, Stage, StakeholderType

Row = Mapping[str, Any] | RowMapping


def stakeholder_row(state: StakeholderState) -> dict[str, Any]:
    profile, owner = state.profile, state.owner
    return {
        "id": state.id,
        "version": state.version,
        "name": profile.name,
        "name_key": comparable(profile.name),
        "type": profile.type.value,
        "country": profile.country,
        "handles": [{"platform": handle.platform.value, "name": handle.name} for handle in profile.handles],
        "owner_function": owner.function.value,
        "owner_reason": owner.reason,
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


def stakeholder_state(row: Row) -> StakeholderState:
    stage, basis = row["relationship_stage"], row["lawful_basis"]
    profile = Profile(
        name=row["name"],
        type=StakeholderType(row["type"]),
        country=row["country"],
        handles=tuple(Handle(Platform(each["platform"]), each["name"]) for each in row["handles"]),
        lawful_basis=LawfulBasis(basis) if basis else None,
        notice_sent_on=row["notice_sent_on"],
        outreach_policy=row["outreach_policy"],
        contracted=row["contracted"],
        followers=row["followers"],
        minor=row["minor"],
    )
    return StakeholderState(
        id=row["id"],
        version=row["version"],
        profile=profile,
        owner=Owner(Function(row["owner_function"]), row["owner_reason"], row["owner_id"]),
        stage=Stage(stage) if stage else None,
        opted_out=row["opted_out"],
        do_not_engage=row["do_not_engage"],
        open_complaint=row["open_complaint"],
    )


def handle_rows(state: StakeholderState) -> list[dict[str, Any]]:
    return [
        {"platform": platform, "name_key": name, "stakeholder_id": state.id}
        for platform, name in (handle.key for handle in state.profile.handles)
    ]


def engager_row(state: EngagerState) -> dict[str, Any]:
    return {
        "id": state.id,
        "version": state.version,
        "name": state.name,
        "function": state.function.value,
        "relation": state.relation.value,
        "trained_until": state.trained_until,
        "authorised_platforms": [platform.value for platform in state.authorised_platforms],
    }


def engager_state(row: Row) -> EngagerState:
    return EngagerState(
        id=row["id"],
        version=row["version"],
        name=row["name"],
        function=Function(row["function"]),
        relation=Relation(row["relation"]),
        trained_until=row["trained_until"],
        authorised_platforms=tuple(Platform(each) for each in row["authorised_platforms"]),
    )
