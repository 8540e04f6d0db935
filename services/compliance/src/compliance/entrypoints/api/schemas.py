"""What the API takes and gives. Unknown fields are refused."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, Json, StringConstraints

from compliance.domain.review.spans import Anchor
from shared.contracts.vocabulary import CaseState, Verdict

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
NO_NUL = r"^[^\x00]*$"
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]
Words = Annotated[str, StringConstraints(strip_whitespace=True), Field(min_length=1, max_length=2_000, pattern=NO_NUL)]
"""At least one character that can be seen; what stands around them is taken off."""


class Taken(BaseModel):
    """What people send: nothing beside what is named here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReasonBody(Taken):
    """Why a step is taken; it stands in the ledger."""

    reason: Words


class AnchorBody(Taken):
    """Characters `start` to `end` (code points, the end excluded) of a text of the snapshot, and what stands there."""

    field: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
    start: Annotated[int, Field(ge=0, le=1_000_000)]
    end: Annotated[int, Field(ge=1, le=1_000_000)]
    quote: Annotated[str, Field(min_length=1, max_length=2_000, pattern=NO_NUL)]

    def anchor(self) -> Anchor:
        """The place as the domain knows it."""
        return Anchor(field=self.field, start=self.start, end=self.end, quote=self.quote)


class ChangeBody(AnchorBody):
    """What should stand there instead; empty to take it out."""

    wanted: Annotated[str, Field(max_length=2_000, pattern=NO_NUL)]


class VoteBody(Taken):
    """A signed decision. `meaning` says what the signature stands for; a no needs a `reason`.

    `step` names the step an approval is for; without it, the first open one that you may take. `on_behalf_of` names the
    absent person whom you stand in for: you then decide in their capacities alone. `changes` go with request_changes.
    """

    decision: Literal["approve", "request_changes", "reject"]
    meaning: Annotated[str, Field(max_length=500, pattern=NO_NUL)]
    step: Annotated[str, Field(max_length=80, pattern=NO_NUL)] | None = None
    reason: Annotated[str, Field(max_length=2_000, pattern=NO_NUL)] | None = None
    on_behalf_of: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)] | None = None
    changes: Annotated[list[ChangeBody], Field(max_length=50)] = []
    content_sha256: Sha256


class RedemptionBody(Taken):
    """The hash of what the executor is about to publish."""

    content_sha256: Sha256


class OverridePermissionRead(BaseModel):
    """Two people, each in a capacity of `by`, may override it; `source` says why a judgement is left to people."""

    model_config = ConfigDict(from_attributes=True)

    by: list[str]
    source: str
    dated: str


class FindingRead(BaseModel):
    """One objection. It has an `override` only where people may override it."""

    rule_id: str
    severity: Verdict
    message: str
    clause: str | None = None
    remedy: str | None = None
    evidence: dict[str, Any] | None = None
    override: Annotated[OverridePermissionRead | None, Field(exclude_if=lambda leave: leave is None)] = None


class RequestedChangeRead(BaseModel):
    """`wanted` in place of `quote`."""

    field: str
    start: int
    end: int
    quote: str
    wanted: str


class VoteRead(BaseModel):
    """`on_behalf_of` is the absent person whom the one who signed stood in for."""

    by: str
    name: str
    decision: str
    meaning: str
    reason: str | None
    content_sha256: str
    at: datetime
    step: str | None
    capacity: str | None
    on_behalf_of: str | None = None
    on_behalf_of_name: str | None = None
    absence_id: str | None = None
    changes: list[RequestedChangeRead] = []


class StepRead(BaseModel):
    """One step of the review: `approvals` different people, each in a capacity of `any_of`; `is_open`: it is its turn.

    Capacities are `reviewer` (whoever may review), roles, and `person:<subject>`.
    """

    name: str
    tier: int
    any_of: list[str]
    approvals: int
    approved_by: list[str]
    is_complete: bool
    is_open: bool


class BlockRead(BaseModel):
    """A finding that blocks: the capacities of whom two may override it, who has, and how many are missing.

    `missing` is null and `by` empty where nobody may.
    """

    rule_id: str
    message: str
    by: list[str]
    agreed_by: list[str]
    missing: int | None


class OverrideRead(BaseModel):
    """One person's yes to overriding these rules' findings on this version, or their no to any override of it."""

    by: str
    name: str
    decision: Literal["override", "refuse"]
    meaning: str
    reason: str
    rule_ids: list[str]
    capacities: list[str]
    at: datetime


class HoldRead(BaseModel):
    """Why an approved action has not been released yet."""

    code: str
    message: str
    remedy: str


class CaseListed(BaseModel):
    """One line of the queue; `text` is how its words begin, `findings` counts them.

    `circulation` to `waits_for` are of the circulation that is open; while the case is paused its clock stands still.
    """

    action_id: str
    version: int
    state: CaseState
    action_version: int
    stakeholder_id: str
    action_type: str
    platform: str
    text: str | None
    verdict: Verdict | None
    findings: int
    safety_handover: bool
    stops: Json[list[str]]
    submitted_by: str
    submitted_by_name: str
    slot_start: datetime | None
    slot_end: datetime | None
    opened_at: datetime
    changed_at: datetime
    circulation: int | None
    due_at: datetime | None
    overdue: bool
    waits_for: list[str]


class JudgementRead(BaseModel):
    """What the screen said about the snapshot with the gate's own facts in it."""

    resolved: dict[str, Any]
    findings: list[FindingRead]
    verdict: Verdict
    rule_set: str
    stakeholder_version: int | None
    safety_handover: bool


class CaseRead(BaseModel):
    """Everything on one page. `snapshot` is as submitted, `judgement.resolved` as judged; since `erased_at`, neither
    has words about the person any more.
    """

    action_id: str
    version: int
    state: CaseState
    action_version: int
    stakeholder_id: str
    verdict: Verdict | None
    snapshot: Json[dict[str, Any]]
    snapshot_sha256: str
    content_sha256: str
    judgement: Json[JudgementRead] | None
    steps: list[StepRead]
    votes: Json[list[VoteRead]]
    blocks: list[BlockRead]
    overrides: list[OverrideRead]
    stops: Json[list[str]]
    release_waits_for: Annotated[Json[list[HoldRead]], Field(validation_alias="holds")]
    permit_id: str | None
    pre_approval: Json[PreApprovalRead] | None = None
    submitted_by: str
    submitted_by_name: str
    edited_by: Json[list[str]]
    slot_start: datetime | None
    slot_end: datetime | None
    erased_at: datetime | None = None
    opened_at: datetime
    changed_at: datetime


class VoteAnswer(BaseModel):
    """Where the case stands after the vote."""

    action_id: str
    state: CaseState


class WordingRefRead(BaseModel):
    """One edition of a pre-approved wording."""

    wording_id: str
    edition: int
    sha256: str


class WordingSignatureRead(BaseModel):
    """Who signed it, what that means, and when."""

    by: str
    name: str
    capacity: str
    meaning: str
    at: datetime
    sha256: str


class PreApprovalRead(BaseModel):
    """The signed wording that stands for the review of an action that says exactly this."""

    wording: WordingRefRead
    signatures: list[WordingSignatureRead]
    written_by: list[str]


class PermitRead(BaseModel):
    """A permit; `token` is its signed form."""

    permit_id: str
    state: Literal["issued", "redeemed", "stopped", "expired", "recalled"]
    action_id: str
    audience: str
    content: Json[dict[str, Any]]
    content_sha256: str
    snapshot_sha256: str
    rule_set: str
    not_before: datetime
    expires_at: datetime
    token: str
    issued_at: datetime
    redeemed_at: datetime | None
    revoked_at: datetime | None = None
    revoked_for: str | None = None
    wording: Json[WordingRefRead] | None = None


class RedemptionRead(BaseModel):
    """Act now, with exactly this content; `permit_id` is the idempotency key on the platform."""

    permit_id: str
    redeemed_at: datetime
    content: dict[str, Any]


class LedgerRow(BaseModel):
    """One state change. `leaf_sha256` is the SHA-256 of `leaf`, canonical JSON.

    `position` is its place in the Merkle tree, null for the moment until it is there. `erased`: the person it is about
    was erased, and the reason with them.
    """

    sequence: int
    position: int | None
    aggregate: str
    aggregate_id: str
    aggregate_version: int
    what: str
    old_state: str | None
    new_state: str
    who: str | None
    at: datetime
    why: str | None
    erased: bool
    leaf: str
    leaf_sha256: str


class RuleSetInForceRead(BaseModel):
    """The rule set in force, named by the hash of its content.

    `in_use` is the one the answering process judges by: another one, or null, while it loads or cannot load it.
    """

    rule_set: str
    version: int
    rules: int
    activated_at: datetime
    in_use: str | None


class ScreeningRead(BaseModel):
    """The verdict line."""

    action_id: str
    verdict: Verdict
    safety_handover: bool
    findings: list[FindingRead]
    rule_set: str
