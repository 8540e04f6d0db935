"""Overriding the block of a case, and the list of all overrides."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, Field, Json, model_validator

from compliance.domain.overriding import OverrideBallot
from compliance.entrypoints.api.cases import case_of
from compliance.entrypoints.api.ports import Ports, Reader, Reviewer
from compliance.entrypoints.api.schemas import NO_NUL, BlockRead, Sha256, Taken, Words
from compliance.entrypoints.api.teamwork.answers import voter_of
from shared.contracts.vocabulary import CaseState
from shared.web.etag import IfMatch, ensure_version, etag
from shared.web.pages import Cursor, Page, Position, page
from shared.web.problem import Malformed

router = APIRouter(tags=["overrides"])

_BETWEEN = "~"
_LARGEST = 2**31 - 1
RuleId = Annotated[str, Field(max_length=80, pattern=NO_NUL)]


class OverrideBody(Taken):
    """A signed override of rules that block, named one by one or `all`; or a no to any override of this version."""

    decision: Literal["override", "refuse"] = "override"
    rule_ids: Annotated[list[RuleId], Field(min_length=1, max_length=100)] | Literal["all"] | None = None
    meaning: Annotated[str, Field(max_length=500, pattern=NO_NUL)]
    reason: Words
    content_sha256: Sha256

    @model_validator(mode="after")
    def _an_override_says_of_what(self) -> Self:
        if (self.rule_ids is None) != (self.decision == "refuse"):
            raise ValueError("an override names rule_ids, or all; a no names none, for it is to all of them")
        return self


class OverrideAnswer(BaseModel):
    """Where the case stands now, and whom its blocks still wait for."""

    action_id: str
    state: CaseState
    blocks: list[BlockRead]


class OverrideListed(BaseModel):
    """One signature: who, what, why and when. `state` is where the action is today.

    `reason` is null once it was erased with the person it was about. A no names no rules.
    """

    action_id: str
    case_version: int
    decision: Literal["override", "refuse"]
    rule_ids: Json[list[str]]
    by: str
    name: str
    capacity: str | None
    meaning: str
    reason: str | None
    erased: bool
    at: datetime
    rule_set: str
    content_sha256: str
    state: CaseState


@router.post("/v1/cases/{action_id}/overrides")
async def override_block(
    action_id: str, body: OverrideBody, *, reviewer: Reviewer, expected: IfMatch, ports: Ports, response: Response
) -> OverrideAnswer:
    """Agree to override what blocks exactly this content, or refuse to; two people in a role of the rule are needed."""
    ensure_version(expected, (await case_of(action_id, ports)).version)
    ballot = OverrideBallot(
        decision=body.decision,
        rule_ids=frozenset(body.rule_ids) if isinstance(body.rule_ids, list) else None,
        meaning=body.meaning,
        reason=body.reason,
        content_sha256=body.content_sha256,
        case_version=expected,
    )
    await ports.override(action_id, ballot, voter_of(reviewer))
    case = await case_of(action_id, ports)
    response.headers["ETag"] = etag(case.version)
    return OverrideAnswer(action_id=action_id, state=case.state, blocks=case.blocks)


@router.get("/v1/overrides")
async def list_overrides(
    _reader: Reader,
    ports: Ports,
    cursor: Cursor,
    *,
    since: Annotated[AwareDatetime | None, Query(alias="from", description="signed at or after")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="signed before")] = None,
    rule: Annotated[RuleId | None, Query(description="id of a rule")] = None,
) -> Page[OverrideListed]:
    """Every override that was signed, the newest first, whatever became of the action; and every no."""
    rows = await ports.overrides.overrides(
        since=since, until=until, rule_id=rule, after=_after(cursor), limit=cursor.limit + 1
    )
    return page([OverrideListed.model_validate(row) for row in rows], cursor, key=_key)


def _key(listed: OverrideListed) -> str:
    return _BETWEEN.join((listed.at.isoformat(), str(listed.case_version), listed.action_id))


def _after(cursor: Position) -> tuple[datetime, str, int] | None:
    if cursor.after is None:
        return None
    moment, _, rest = cursor.after.partition(_BETWEEN)
    version, _, action_id = rest.partition(_BETWEEN)
    try:
        at, number = datetime.fromisoformat(moment), int(version)
    except ValueError:
        at, number = datetime.min, _LARGEST + 1  # noqa: DTZ901 - refused below
    if at.tzinfo is None or not 0 <= number <= _LARGEST or not action_id:
        remedy = "send next_cursor of the previous page, unchanged"
        raise Malformed("cursor is not one of ours", remedy=remedy, field="cursor")
    return at, action_id, number
