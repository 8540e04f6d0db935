"""What the routes about rule sets tell."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Json

from compliance.domain.findings import Severity
from compliance.domain.rule_set_version import VersionState
from compliance.entrypoints.api.schemas import OverridePermissionRead


class RuleSetListed(BaseModel):
    """One version; `rule_set` is the SHA-256 of its content."""

    rule_set: str
    state: VersionState
    version: int
    rules: int
    proposed_by: str
    proposed_at: datetime
    note: str


class StepRead(BaseModel):
    """One row of the ledger about a version."""

    what: str
    who: str
    at: datetime
    why: str | None


class RuleSetRead(RuleSetListed):
    """With the size of each file in characters, and what happened to the version, oldest first."""

    files: Json[dict[str, int]]
    history: Json[list[StepRead]]


class FileRead(BaseModel):
    name: str
    text: str


class CatalogueRead(BaseModel):
    """One entry of the catalogue; `weak` says what gets past the checks, `reason` who keeps what no rule checks."""

    rule_id: str
    title: str
    decision: str
    who: str | None
    weak: str | None
    reason: str | None


class CountriesRead(BaseModel):
    """From `since` on (null: from ever) the rule concerns `codes`; `named` says them by groups."""

    model_config = ConfigDict(from_attributes=True)

    since: str | None
    codes: list[str]
    named: list[str]


class RuleRead(BaseModel):
    """One rule, or one listed phrase with its `kind`. Empty lists of a scope mean everybody, everywhere."""

    model_config = ConfigDict(from_attributes=True)

    rule_id: str
    title: str
    severity: Severity
    message: str
    remedy: str
    clause: str
    source: str
    jurisdiction: str | None
    subjects: list[str]
    action_types: list[str]
    audience: list[str]
    person_types: list[str]
    countries: list[CountriesRead]
    valid_from: str | None
    valid_until: str | None
    given: str | None
    when: str
    reads: list[str]
    unknown: Severity
    passes: list[dict[str, Any]]
    fails: list[dict[str, Any]]
    place: str
    phrase: str | None
    kind: str | None
    override: OverridePermissionRead | None


class RulesRead(BaseModel):
    """Everything a version decides, for people."""

    rule_set: str
    catalogue: list[CatalogueRead]
    rules: list[RuleRead]


class DetailRead(BaseModel):
    field: str
    old: str
    new: str
    effect: str


class RuleChangeRead(BaseModel):
    """`effect` says whether the change makes the rules stricter or weaker, or is to be read."""

    subject: str
    kind: Literal["added", "removed", "changed"]
    effect: str
    details: list[DetailRead]


class DifferenceRead(BaseModel):
    old: str
    new: str
    changes: list[RuleChangeRead]


class ProposalAnswer(BaseModel):
    rule_set: str
    state: VersionState | None
    rules: int


class RehearsalListed(BaseModel):
    """`done` of `total` actions are replayed."""

    rehearsal_id: str
    rule_set: str
    against: str
    state: Literal["running", "finished", "failed"]
    total: int
    done: int
    asked_by: str
    asked_at: datetime
    message: str | None


class RehearsalRead(RehearsalListed):
    """With `summary` and the first changed decisions once `state` is `finished`."""

    summary: Json[dict[str, object]] | None
    changes: Json[list[dict[str, object]]] | None
