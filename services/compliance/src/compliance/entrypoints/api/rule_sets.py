"""Rule sets: proposed by one person, compared and rehearsed, put in force by another."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field
from starlette.status import HTTP_201_CREATED, HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from compliance.domain.rule_set_version import VersionState
from compliance.entrypoints.api.ports import Ports, Reader, RulesKeeper, ensure_person
from compliance.entrypoints.api.rule_schemas import (
    CatalogueRead,
    DifferenceRead,
    FileRead,
    ProposalAnswer,
    RehearsalListed,
    RehearsalRead,
    RuleChangeRead,
    RuleRead,
    RuleSetListed,
    RuleSetRead,
    RulesRead,
)
from compliance.entrypoints.api.schemas import NO_NUL, ReasonBody, Sha256, Taken, Words
from shared.kernel.errors import NotFound
from shared.web.pages import Cursor, Page, page
from shared.web.unambiguous import UnambiguousJson

router = APIRouter(prefix="/v1/rule-sets", tags=["rule sets"], route_class=UnambiguousJson)
FileName = Annotated[
    str, Field(max_length=200, pattern=r"^(company/|lexicons/)?[A-Za-z0-9][A-Za-z0-9._-]*\.(yaml|csv)$")
]
FileText = Annotated[str, Field(max_length=20_000_000, pattern=NO_NUL)]


class ProposalBody(Taken):
    """`files` on top of those in force, or of `base`: a text adds or replaces a file, null takes it out."""

    note: Words
    files: dict[FileName, FileText | None] = Field(max_length=500)
    base: Sha256 | None = None


class RehearsalBody(Taken):
    """How many of the newest cases are replayed."""

    actions: Annotated[int, Field(ge=1, le=100_000)] = 10_000


@router.get("")
async def list_rule_sets(
    _reader: Reader, ports: Ports, cursor: Cursor, state: Annotated[VersionState | None, Query()] = None
) -> Page[RuleSetListed]:
    """All versions, in order of their hashes; `state=active` is the one in force."""
    rows = await ports.rules.queries.versions(state=state, after=cursor.after, limit=cursor.limit + 1)
    return page([RuleSetListed.model_validate(row) for row in rows], cursor, key=lambda each: each.rule_set)


@router.get("/{rule_set}")
async def read_rule_set(rule_set: Sha256, _reader: Reader, ports: Ports) -> RuleSetRead:
    """One version, its files and its history."""
    row = await ports.rules.queries.version(rule_set)
    if row is None:
        raise _unknown(rule_set)
    return RuleSetRead.model_validate(row)


@router.get("/{rule_set}/rules")
async def read_rules(rule_set: Sha256, _reader: Reader, ports: Ports) -> RulesRead:
    """The rules of a version as people read them, with the catalogue they belong to. The first time takes seconds."""
    catalogue, rules = await ports.rules.rules(rule_set)
    return RulesRead(
        rule_set=rule_set,
        catalogue=[CatalogueRead.model_validate(row) for row in catalogue],
        rules=[RuleRead.model_validate(rule) for rule in rules],
    )


@router.get("/{rule_set}/files/{name:path}")
async def read_file(rule_set: Sha256, name: str, _reader: Reader, ports: Ports) -> FileRead:
    """The text of one file of a version."""
    text = await ports.rules.queries.file(rule_set, name)
    if text is None:
        raise NotFound(
            f"rule set {rule_set} has no file {name}", remedy=f"GET /v1/rule-sets/{rule_set} lists its files"
        )
    return FileRead(name=name, text=text)


@router.get("/{rule_set}/difference")
async def read_difference(
    rule_set: Sha256, _reader: Reader, ports: Ports, to: Annotated[Sha256 | None, Query()] = None
) -> DifferenceRead:
    """What this version changes against `to`, by default the one in force, in words for the person who signs."""
    old, changes = await ports.rules.difference(rule_set, to)
    found = [RuleChangeRead.model_validate(change, from_attributes=True) for change in changes]
    return DifferenceRead(old=old, new=rule_set, changes=found)


@router.post("", status_code=HTTP_201_CREATED)
async def propose(
    body: ProposalBody,
    keeper: RulesKeeper,
    ports: Ports,
    response: Response,
    *,
    validate_only: Annotated[bool, Query()] = False,
) -> ProposalAnswer:
    """Propose rules. Every file is read, every condition compiled and every example run before anything is kept.

    With `validate_only` nothing is kept. Refused with `rules_refused`, one error per mistake as `file:line`.
    """
    ensure_person(keeper, "changes the rules")
    compiled, files = await ports.rules.compile(body.files, body.base)
    if validate_only:
        response.status_code = 200
        return ProposalAnswer(rule_set=compiled.rule_set, state=None, rules=compiled.rules)
    version = await ports.rules.propose(files, compiled, body.note, keeper.subject)
    response.headers["Location"] = f"/v1/rule-sets/{compiled.rule_set}"
    return ProposalAnswer(rule_set=compiled.rule_set, state=version.state, rules=compiled.rules)


@router.post("/{rule_set}/activation", status_code=HTTP_204_NO_CONTENT)
async def activate(rule_set: Sha256, body: ReasonBody, keeper: RulesKeeper, ports: Ports) -> None:
    """Put a version in force. Whoever proposed it cannot; a superseded one can be put in force again."""
    ensure_person(keeper, "changes the rules")
    await ports.rules.activate(rule_set, keeper.subject, body.reason)


@router.post("/{rule_set}/withdrawal", status_code=HTTP_204_NO_CONTENT)
async def withdraw(rule_set: Sha256, body: ReasonBody, keeper: RulesKeeper, ports: Ports) -> None:
    """Take a proposal back."""
    ensure_person(keeper, "changes the rules")
    await ports.rules.withdraw(rule_set, keeper.subject, body.reason)


@router.post("/{rule_set}/rehearsals", status_code=HTTP_202_ACCEPTED)
async def rehearse(
    rule_set: Sha256, body: RehearsalBody, keeper: RulesKeeper, ports: Ports, response: Response
) -> RehearsalRead:
    """Replay the newest cases by this version and by the one in force; read its progress at `Location`."""
    rehearsal_id = await ports.rules.rehearse(rule_set, body.actions, keeper.subject)
    response.headers["Location"] = f"/v1/rule-sets/{rule_set}/rehearsals/{rehearsal_id}"
    return await read_rehearsal(rule_set, rehearsal_id, keeper, ports)


@router.get("/{rule_set}/rehearsals")
async def list_rehearsals(rule_set: Sha256, _reader: Reader, ports: Ports) -> list[RehearsalListed]:
    """The newest 20 rehearsals of a version, newest first."""
    return [RehearsalListed.model_validate(row) for row in await ports.rules.queries.rehearsals(rule_set)]


@router.get("/{rule_set}/rehearsals/{rehearsal_id}")
async def read_rehearsal(rule_set: Sha256, rehearsal_id: str, _reader: Reader, ports: Ports) -> RehearsalRead:
    """How far a rehearsal is, and what it found."""
    row = await ports.rules.queries.rehearsal(rule_set, rehearsal_id)
    if row is None:
        raise NotFound(f"there is no rehearsal {rehearsal_id} of rule set {rule_set}", remedy="ask for a new one")
    return RehearsalRead.model_validate(row)


def _unknown(rule_set: str) -> NotFound:
    return NotFound(f"there is no rule set {rule_set}", remedy="GET /v1/rule-sets lists all")
